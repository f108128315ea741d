#include "base/json.h"

#include <json-c/json.h>
#include <stdlib.h>

struct json {
    struct json_object *open[JSON_DEPTH_MAX]; /* open[0] is the root, which owns all others */
    int depth;
    bool failed;
};

bool json_open(struct json **json, struct err *e)
{
    *json = calloc(1, sizeof **json);
    if (*json)
        (*json)->open[0] = json_object_new_object();
    if (!*json || !(*json)->open[0]) {
        json_close(*json);
        *json = NULL;
        return err_set(e, ERR_BUG, "no memory for a JSON document");
    }
    return true;
}

void json_close(struct json *json)
{
    if (!json)
        return;
    if (json->open[0])
        (void)json_object_put(json->open[0]);
    free(json);
}

/* Takes over value; a value that could not be made is a failure, unless it stands for null. */
static void put(struct json *json, const char *key, struct json_object *value, bool is_null)
{
    struct json_object *parent = json->open[json->depth];
    if ((!value && !is_null) || json->failed) {
        json->failed = true;
        (void)json_object_put(value);
        return;
    }
    int status = key ? json_object_object_add(parent, key, value) : json_object_array_add(parent, value);
    if (status != 0) {
        json->failed = true;
        (void)json_object_put(value);
    }
}

void json_put_int64(struct json *json, const char *key, int64_t value)
{
    put(json, key, json_object_new_int64(value), false);
}

void json_put_text(struct json *json, const char *key, const char *value)
{
    put(json, key, value ? json_object_new_string(value) : NULL, !value);
}

void json_put_bool(struct json *json, const char *key, bool value)
{
    put(json, key, json_object_new_boolean(value), false);
}

static void enter(struct json *json, const char *key, struct json_object *value)
{
    ALWAYS(json->depth + 1 < JSON_DEPTH_MAX);
    put(json, key, value, false);
    /* After a failure nothing is added any more, but entering and leaving still pair up. */
    json->open[json->depth + 1] = json->failed ? NULL : value;
    json->depth++;
}

void json_enter_object(struct json *json, const char *key)
{
    enter(json, key, json_object_new_object());
}

void json_enter_array(struct json *json, const char *key)
{
    enter(json, key, json_object_new_array());
}

void json_leave(struct json *json)
{
    ALWAYS(json->depth > 0);
    json->depth--;
}

bool json_take(struct json *json, const char **text, struct err *e)
{
    ALWAYS(json->depth == 0);
    *text =
        json->failed ? NULL : json_object_to_json_string_ext(json->open[0], JSON_C_TO_STRING_NOSLASHESCAPE);
    if (!*text)
        return err_set(e, ERR_BUG, "no memory for a JSON document");
    return true;
}
