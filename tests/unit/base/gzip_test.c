#include "base/gzip.h"

#include <stdlib.h>

#include "tests/unit/tap.h"

/* "hello, daybook\n" as gzip(1) writes it. */
static const char hello[] =
    "\x1F\x8B\x08\x00\x00\x00\x00\x00\x02\x03\xCB\x48\xCD\xC9\xC9\xD7\x51\x48\x49\xAC\x4C\xCA\xCF\xCF"
    "\xE6\x02\x00\xE6\x8B\x1A\x0F\x0F\x00\x00\x00";
enum { HELLO_BYTES = sizeof hello - 1, MAXIMUM = 200 };

static struct buf got;

static bool take(void *context, const char *bytes, size_t length, struct err *e)
{
    size_t maximum = *(const size_t *)context;
    if (got.length + length > maximum)
        return err_set(e, ERR_DISK, "no more");
    buf_add(&got, bytes, length);
    return true;
}

static struct err why;

/* What a text expands to, or the error's message. */
static const char *expand(const char *bytes, size_t length, size_t maximum)
{
    char *exact = malloc(length ? length : 1); /* so that the sanitizer sees a read past the end */
    if (!exact)
        abort();
    memcpy(exact, bytes, length);
    buf_reset(&got);
    err_clear(&why);
    bool done = gzip_expand((struct str){exact, length}, take, &maximum, &why);
    free(exact);
    return done ? got.data ? got.data : "" : why.message;
}

int main(void)
{
    char bytes[MAXIMUM] = {0};
    char fact[40];
    buf_open(&got, 1000);
    CHECK_TEXT(expand(hello, HELLO_BYTES, MAXIMUM), "hello, daybook\n", "expands_a_member");
    memcpy(bytes, hello, HELLO_BYTES);
    CHECK_TEXT(expand(bytes, HELLO_BYTES + 20, MAXIMUM), "hello, daybook\n", "zero_padding_may_follow");
    memcpy(bytes + HELLO_BYTES, hello, HELLO_BYTES);
    CHECK_TEXT(expand(bytes, 2 * HELLO_BYTES, MAXIMUM), "hello, daybook\nhello, daybook\n",
               "expands_members_one_after_another");
    CHECK_TEXT(expand(bytes, 2 * HELLO_BYTES - 1, MAXIMUM), "gzip, byte 69: the bytes end too early",
               "the_last_member_must_be_whole");
    bytes[HELLO_BYTES] = 'x';
    CHECK_TEXT(expand(bytes, 2 * HELLO_BYTES, MAXIMUM), "gzip, byte 37: incorrect header check",
               "garbage_may_not_follow");
    CHECK_TEXT(expand(hello, HELLO_BYTES, 3), "no more", "an_error_of_the_sink_is_its_own");
    CHECK(why.kind == ERR_DISK, "and_keeps_its_kind");
    for (size_t length = 0; length < HELLO_BYTES; length++) {
        (void)snprintf(fact, sizeof fact, "refuses_%zu_bytes_of_it", length);
        CHECK(strstr(expand(hello, length, MAXIMUM), "the bytes end too early") && why.kind == ERR_INPUT,
              fact);
    }
    for (size_t at = HELLO_BYTES - 8; at < HELLO_BYTES; at++) {
        memcpy(bytes, hello, HELLO_BYTES);
        bytes[at] ^= 1;
        (void)snprintf(fact, sizeof fact, "refuses_a_trailer_damaged_at_%zu", at);
        CHECK(strstr(expand(bytes, HELLO_BYTES, MAXIMUM), "incorrect") && why.kind == ERR_INPUT, fact);
    }
    buf_close(&got);
    return tap_end();
}
