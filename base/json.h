/* json: JSON text for `--json` and for counts kept in the database, through json-c. Writing only.
 *
 * One handle is filled from the outside in: what is added goes into the object or array opened last. A
 * failure is latched and told once, by json_text. Keys keep the order in which they were added. */
#ifndef DAYBOOK_BASE_JSON_H
#define DAYBOOK_BASE_JSON_H

#include <stdint.h>

#include "base/err.h"

struct json;

MUST_CHECK bool json_open_object(struct json **json, struct err *e);
MUST_CHECK bool json_open_array(struct json **json, struct err *e);
void json_close(struct json *json); /* takes NULL */

/* key is the member's name inside an object and NULL inside an array; a key may be given once. */
void json_add_text(struct json *json, const char *key, const char *text); /* UTF-8; NULL adds null */
void json_add_int(struct json *json, const char *key, int64_t value);
void json_add_bool(struct json *json, const char *key, bool value);
void json_add_null(struct json *json, const char *key);
/* Opens an object or array inside; json_end closes the one opened last. */
void json_add_object(struct json *json, const char *key);
void json_add_array(struct json *json, const char *key);
void json_end(struct json *json);

/* The text on one line, valid until the next call on this handle. NULL, with ERR_BUG, when something could
 * not be added, a text was not UTF-8, or an object or array is still open. */
MUST_CHECK const char *json_text(struct json *json, struct err *e);

#endif
