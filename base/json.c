#include "base/json.h"

#include <json.h>
#include <stdlib.h>

#include "base/str.h"

enum { MAXIMUM_DEPTH = 16 };

struct json {
    struct json_object *open[MAXIMUM_DEPTH]; /* open[0] is the root and owns the rest */
    int depth;                               /* of the one that is filled now */
    const char *failure;                     /* the first, NULL while all is well */
};

static bool open_root(struct json **json, struct json_object *root, struct err *e)
{
    *json = root ? calloc(1, sizeof **json) : NULL;
    if (!*json) {
        (void)json_object_put(root);
        return err_set(e, ERR_BUG, "no memory for a json text");
    }
    (*json)->open[0] = root;
    return true;
}

bool json_open_object(struct json **json, struct err *e)
{
    return open_root(json, json_object_new_object(), e);
}

bool json_open_array(struct json **json, struct err *e)
{
    return open_root(json, json_object_new_array(), e);
}

void json_close(struct json *json)
{
    if (!json)
        return;
    (void)json_object_put(json->open[0]);
    free(json);
}

static bool latch(struct json *json, const char *failure)
{
    if (!json->failure)
        json->failure = failure;
    return false;
}

/* Takes over value, which is NULL for JSON null. */
static bool add(struct json *json, const char *key, struct json_object *value)
{
    struct json_object *into = json->open[json->depth];
    bool is_object = json_object_is_type(into, json_type_object);
    if (json->failure)
        (void)0;
    else if (is_object != (key != NULL))
        (void)latch(json, "a key outside of an object, or none inside");
    else if (is_object && json_object_object_get_ex(into, key, NULL))
        (void)latch(json, "a key given twice");
    else if (key && !str_is_utf8(str_of(key)))
        (void)latch(json, "a key that is not utf-8");
    else if ((is_object ? json_object_object_add(into, key, value) : json_object_array_add(into, value)) == 0)
        return true;
    else
        (void)latch(json, "no memory");
    (void)json_object_put(value);
    return false;
}

static void add_made(struct json *json, const char *key, struct json_object *value)
{
    if (value)
        (void)add(json, key, value);
    else
        (void)latch(json, "no memory");
}

void json_add_text(struct json *json, const char *key, const char *text)
{
    if (!text)
        json_add_null(json, key);
    else if (!str_is_utf8(str_of(text)))
        (void)latch(json, "a text that is not utf-8");
    else
        add_made(json, key, json_object_new_string(text));
}

void json_add_int(struct json *json, const char *key, int64_t value)
{
    add_made(json, key, json_object_new_int64(value));
}

void json_add_bool(struct json *json, const char *key, bool value)
{
    add_made(json, key, json_object_new_boolean(value));
}

void json_add_null(struct json *json, const char *key)
{
    (void)add(json, key, NULL);
}

static void add_open(struct json *json, const char *key, struct json_object *value)
{
    if (!value)
        (void)latch(json, "no memory");
    else if (json->depth + 1 == MAXIMUM_DEPTH) {
        (void)latch(json, "nested too deep");
        (void)json_object_put(value);
    } else if (add(json, key, value))
        json->open[++json->depth] = value;
}

void json_add_object(struct json *json, const char *key)
{
    add_open(json, key, json_object_new_object());
}

void json_add_array(struct json *json, const char *key)
{
    add_open(json, key, json_object_new_array());
}

void json_end(struct json *json)
{
    if (json->failure)
        return;
    if (json->depth == 0)
        (void)latch(json, "an end without a beginning");
    else
        json->depth--;
}

const char *json_text(struct json *json, struct err *e)
{
    if (json->depth > 0)
        (void)latch(json, "an object or array is still open");
    const char *text = json->failure
                           ? NULL
                           : json_object_to_json_string_ext(
                                 json->open[0], JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
    if (!text)
        (void)err_set(e, ERR_BUG, "a json text could not be made: %s",
                      json->failure ? json->failure : "no memory");
    return text;
}
