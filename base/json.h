/* json: a JSON document being written, through json-c. Nothing here reads JSON.
 *
 * The document latches its first failure, so that a writer checks once, at the end, with json_take. */
#ifndef DAYBOOK_BASE_JSON_H
#define DAYBOOK_BASE_JSON_H

#include <stdint.h>

#include "base/err.h"

enum { JSON_DEPTH_MAX = 8 };

struct json;

/* Begins a document whose root is an object. */
MUST_CHECK bool json_open(struct json **json, struct err *e);
void json_close(struct json *json); /* takes NULL */

/* Add to the object or array that was entered last; key is NULL in an array. Text is copied. */
void json_put_int64(struct json *json, const char *key, int64_t value);
void json_put_text(struct json *json, const char *key, const char *value); /* a NULL value gives null */
void json_put_bool(struct json *json, const char *key, bool value);
void json_enter_object(struct json *json, const char *key);
void json_enter_array(struct json *json, const char *key);
void json_leave(struct json *json);

/* The text of the whole document, owned by it, on one line; every entered part must have been left. */
MUST_CHECK bool json_take(struct json *json, const char **text, struct err *e);

#endif
