#include "base/json.h"

#include "tests/unit/tap.h"

static struct err e;

static void test_shapes(void)
{
    struct json *json = NULL;
    ALWAYS(json_open_object(&json, &e));
    CHECK_TEXT(json_text(json, &e), "{}", "an object may be empty");
    json_add_text(json, "name", "日清 \"a\\b/c\"\n\x01");
    json_add_int(json, "most", INT64_MAX);
    json_add_int(json, "least", INT64_MIN);
    json_add_bool(json, "yes", true);
    json_add_bool(json, "no", false);
    json_add_null(json, "none");
    json_add_text(json, "no_text", NULL);
    json_add_array(json, "jobs");
    json_add_object(json, NULL);
    json_add_text(json, "job", "post");
    json_end(json);
    json_add_int(json, NULL, 7);
    json_add_array(json, NULL);
    json_end(json);
    json_end(json);
    json_add_int(json, "last", 0);
    CHECK_TEXT(json_text(json, &e),
               "{\"name\":\"日清 \\\"a\\\\b/c\\\"\\n\\u0001\",\"most\":9223372036854775807,"
               "\"least\":-9223372036854775808,\"yes\":true,\"no\":false,\"none\":null,\"no_text\":null,"
               "\"jobs\":[{\"job\":\"post\"},7,[]],\"last\":0}",
               "every kind of value is written, in the order in which it was added");
    json_close(json);
    ALWAYS(json_open_array(&json, &e));
    json_add_text(json, NULL, "x");
    CHECK_TEXT(json_text(json, &e), "[\"x\"]", "the root may be an array");
    json_close(json);
    json_close(NULL);
}

/* The message after one thing done wrong. */
static void expect_failure(void (*wrong)(struct json *), const char *message, const char *fact)
{
    struct json *json = NULL;
    ALWAYS(json_open_object(&json, &e));
    json_add_int(json, "there", 1);
    wrong(json);
    json_add_int(json, "later", 1);
    CHECK(!json_text(json, &e) && e.kind == ERR_BUG, fact);
    CHECK_TEXT(e.message, message, "and the message says why");
    json_close(json);
}

static void add_twice(struct json *json)
{
    json_add_int(json, "there", 2);
}
static void add_without_key(struct json *json)
{
    json_add_int(json, NULL, 2);
}
static void add_key_in_array(struct json *json)
{
    json_add_array(json, "list");
    json_add_text(json, "key", "x");
    json_end(json);
}
static void add_bytes(struct json *json)
{
    json_add_text(json, "bytes", "\xC0\x80");
}
static void add_key_of_bytes(struct json *json)
{
    json_add_null(json, "\xFF");
}
static void leave_open(struct json *json)
{
    json_add_object(json, "open");
}
static void end_twice(struct json *json)
{
    json_end(json);
}
static void nest(struct json *json)
{
    json_add_array(json, "deep");
    for (int i = 0; i < 20; i++)
        json_add_array(json, NULL);
    for (int i = 0; i < 21; i++)
        json_end(json);
}

int main(void)
{
    test_shapes();
    expect_failure(add_twice, "a json text could not be made: a key given twice", "a key is not given twice");
    expect_failure(add_without_key,
                   "a json text could not be made: a key outside of an object, or none inside",
                   "a member needs a key");
    expect_failure(add_key_in_array,
                   "a json text could not be made: a key outside of an object, or none inside",
                   "an element has no key");
    expect_failure(add_bytes, "a json text could not be made: a text that is not utf-8", "text is UTF-8");
    expect_failure(add_key_of_bytes, "a json text could not be made: a key that is not utf-8",
                   "keys are UTF-8");
    expect_failure(leave_open, "a json text could not be made: an object or array is still open",
                   "an object must be ended");
    expect_failure(end_twice, "a json text could not be made: an end without a beginning",
                   "the root is not ended");
    expect_failure(nest, "a json text could not be made: nested too deep", "depth has a limit");
    return tap_end();
}
