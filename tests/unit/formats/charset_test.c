#include "formats/charset.h"

#include "tests/unit/tap.h"

static struct arena *arena;

static const char *text_of(const char *bytes, size_t length)
{
    static char out[600];
    struct err e = {0};
    struct str text;
    if (charset_read(arena, "t.csv", (struct str){bytes, length}, &text, &e))
        (void)snprintf(out, sizeof out, "%.*s", (int)text.length, text.data);
    else
        (void)snprintf(out, sizeof out, "!%s", e.message);
    return out;
}
#define TEXT_OF(bytes) text_of(bytes, sizeof bytes - 1)

static const char *utf8_of(const char *bytes, size_t length)
{
    static char out[600];
    struct err e = {0};
    struct str text;
    if (charset_read_utf8("t.csv", (struct str){bytes, length}, &text, &e))
        (void)snprintf(out, sizeof out, "%.*s", (int)text.length, text.data);
    else
        (void)snprintf(out, sizeof out, "!%s", e.message);
    return out;
}
#define UTF8_OF(bytes) utf8_of(bytes, sizeof bytes - 1)

static const char *gb18030_of(const char *bytes, size_t length)
{
    static char out[600];
    struct err e = {0};
    struct str text;
    if (charset_read_gb18030(arena, "t.csv", (struct str){bytes, length}, &text, &e))
        (void)snprintf(out, sizeof out, "%.*s", (int)text.length, text.data);
    else
        (void)snprintf(out, sizeof out, "!%s", e.message);
    return out;
}
#define GB18030_OF(bytes) gb18030_of(bytes, sizeof bytes - 1)
#define BOM "\xEF\xBB\xBF"

static void reads_gb18030(void)
{
    CHECK_TEXT(GB18030_OF("plain"), "plain", "ascii_is_gb18030");
    CHECK_TEXT(GB18030_OF("\xD6\xD0\x81\x7C|"), "\xE4\xB8\xAD\xE4\xBA\x85|", "gb18030_is_read_where_it_is_due");
    CHECK_TEXT(GB18030_OF("\xE4\xB8\xAD"), "!file \"t.csv\", byte 2: \"ad\" begins no character of gb18030",
               "utf8_without_bom_is_read_as_gb18030");
    CHECK_TEXT(GB18030_OF(BOM "\xE4\xB8\xAD"), "\xE4\xB8\xAD", "utf8_with_bom_is_read_where_gb18030_is_due");
    CHECK_TEXT(GB18030_OF(BOM "\xD6\xD0"), "\xE4\xB8\xAD", "a_bom_before_gb18030_is_left_out");
    CHECK_TEXT(GB18030_OF(BOM "\xD6\xD0\xFF"), "!file \"t.csv\", byte 5: \"ff\" begins no character of gb18030",
               "the_place_of_a_fault_counts_the_bom");
    CHECK_TEXT(GB18030_OF(BOM), "", "a_bom_alone_is_no_text");
    CHECK_TEXT(GB18030_OF("a\0"), "!file \"t.csv\", byte 1: a zero byte is no text", "a_zero_byte_is_no_gb18030");
}

/* The places in bytes of each place in the text that begins a character, and of its end. */
static const char *places_of(const char *bytes, size_t length)
{
    static char out[200];
    size_t used = 0;
    static struct err e;
    struct str text;
    struct charset_walk walk;
    if (!charset_read_gb18030(arena, "t.csv", (struct str){bytes, length}, &text, &e))
        return e.message;
    charset_walk_open(&walk, (struct str){bytes, length}, text);
    for (size_t at = 0; at <= text.length; at++)
        if (at == text.length || ((unsigned char)text.data[at] & 0xC0) != 0x80)
            used += (size_t)snprintf(out + used, sizeof out - used, "%zu ", charset_walk_to(&walk, at));
    return out;
}

static void finds_places(void)
{
    CHECK_TEXT(places_of("abc", 3), "0 1 2 3 ", "places_of_ascii_are_their_own");
    CHECK_TEXT(places_of(BOM "abc", 6), "3 4 5 6 ", "a_bom_moves_places");
    CHECK_TEXT(places_of("a\xD6\xD0" "b\x95\x32\x82\x36" "c\x81\x39\xEE\x39", 13), "0 1 3 4 8 9 13 ",
               "characters_of_two_and_four_bytes_are_walked");
    CHECK_TEXT(places_of(BOM "\xD6\xD0" "b", 6), "3 5 6 ", "a_bom_before_gb18030_moves_places");
    CHECK_TEXT(places_of(BOM "\xE4\xB8\xAD" "b", 7), "3 6 7 ", "places_of_utf8_are_their_own");
}

static void writes_gb18030(void)
{
    char out[64];
    size_t made = 0;
    struct err error;
    CHECK(charset_write_gb18030(str_of("a中\xC3\xBF𠮷"), out, &made, &error) && made == 11 &&
              memcmp(out, "a\xD6\xD0\x81\x30\x8B\x37\x95\x34\xB2\x35", made) == 0,
          "every_character_has_a_place_in_gb18030");
    CHECK(charset_write_gb18030(str_of(""), out, &made, &error) && made == 0, "nothing_becomes_nothing");
    CHECK(!charset_write_gb18030(str_of("\xD6\xD0"), out, &made, &error) && error.kind == ERR_BUG,
          "what_is_not_utf8_is_a_bug");
}

int main(void)
{
    writes_gb18030();
    struct err e;
    if (!arena_open(&arena, 1 << 20, &e))
        return 1;
    CHECK_TEXT(TEXT_OF("\xE4\xB8\xAD\xE6\x96\x87"), "\xE4\xB8\xAD\xE6\x96\x87", "utf8_stays");
    CHECK_TEXT(TEXT_OF("\xEF\xBB\xBF"
                       "a"),
               "a", "a_bom_is_left_out");
    CHECK_TEXT(TEXT_OF(""), "", "no_bytes_are_no_text");
    CHECK_TEXT(TEXT_OF("\xD6\xD0\xCE\xC4,a"), "\xE4\xB8\xAD\xE6\x96\x87,a", "gb2312_is_read");
    CHECK_TEXT(TEXT_OF("\x81\x7C|"), "\xE4\xBA\x85|", "a_second_byte_that_looks_like_a_bar_is_none");
    CHECK_TEXT(TEXT_OF("\x81\x39\xEE\x39"), "\xE3\x90\x80", "a_character_of_four_bytes_is_read");
    CHECK_TEXT(TEXT_OF("\x95\x32\x82\x36"), "\xF0\xA0\x80\x80", "a_character_beyond_the_first_plane_is_read");
    CHECK_TEXT(TEXT_OF("ab\xFF"), "!file \"t.csv\", byte 2: \"ff\" begins no character of utf-8 or gb18030",
               "a_byte_of_neither_is_refused_with_its_place");
    CHECK_TEXT(TEXT_OF("\xD6\xD0"
                       "a\xCE"),
               "!file \"t.csv\", byte 3: \"ce\" begins no character of utf-8 or gb18030",
               "a_cut_character_is_refused");
    CHECK_TEXT(TEXT_OF("a\0b"), "!file \"t.csv\", byte 1: a zero byte is no text", "a_zero_byte_is_refused");
    CHECK_TEXT(TEXT_OF("\xEF\xBB\xBF\xD6\xD0"),
               "!file \"t.csv\", byte 3: \"d6\" begins no character of utf-8",
               "a_text_with_a_bom_must_be_utf8");
    CHECK_TEXT(UTF8_OF("\xEF\xBB\xBF"
                       "ok"),
               "ok", "utf8_alone_is_read_with_its_bom");
    CHECK_TEXT(UTF8_OF("ok\xD6\xD0"), "!file \"t.csv\", byte 2: \"d6\" begins no character of utf-8",
               "gb18030_is_refused_where_utf8_is_due");
    static char large[10000];
    memset(large, 'x', sizeof large);
    large[9000] = (char)0xC0;
    CHECK_TEXT(utf8_of(large, sizeof large),
               "!file \"t.csv\", byte 9000: \"c0\" begins no character of utf-8",
               "the_place_is_found_in_a_long_text");
    struct str view;
    CHECK(charset_read(arena, "t.csv", str_of("abc"), &view, &e) && view.length == 3, "a_text_is_read");
    reads_gb18030();
    finds_places();
    arena_close(arena);
    return tap_end();
}
