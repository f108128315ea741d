#include "formats/devlog.h"

#include "formats/manifest.h"
#include "tests/unit/tap.h"

static struct err e;
static struct arena *arena;
static struct devlog devlog;

static void knows_its_formats(void)
{
    char names[DEVLOG_NAMES_BYTES];
    bool all_read = true;
    for (size_t i = 0; i < devlog_format_count; i++)
        all_read = all_read && devlog_formats[i].read && devlog_format_find(str_of(devlog_formats[i].name)) == &devlog_formats[i];
    CHECK(all_read, "every format is read, and found by its name");
    CHECK(!devlog_format_find(str_of("pos-bin/2")) && !devlog_format_find(str_of("")) &&
              !devlog_format_find(str_of("pos-bin/1 ")),
          "no other is");
    devlog_format_names(names, false);
    CHECK(strncmp(names, "pos-bin/1, pkg-csv/1, ", 22) == 0 && strstr(names, "status-csv/1"), "messages name them all");
    devlog_format_names(names, true);
    CHECK(strstr(names, "gate-xml/1") && !strstr(names, "status-csv/1"), "or those of one device");
    CHECK(strlen(names) + 2 < sizeof names, "there is room for more");
}

static void adds_at_the_end(void)
{
    struct record *records = devlog_add_records(&devlog, 2, &e);
    CHECK(records && records[0].card_index == UINT32_MAX && records[1].card_index == UINT32_MAX && records[1].digest == 0,
          "records begin empty and without a card");
    records[1].device_seq = 7;
    records = devlog_add_records(&devlog, 100, &e);
    CHECK(records == devlog.records + 2 && devlog.record_count == 102 && devlog.records[1].device_seq == 7 &&
              records[99].card_index == UINT32_MAX,
          "more come behind them");
    CHECK(devlog_add_records(&devlog, 0, &e) && devlog.record_count == 102, "none may be added");
}

static uint32_t place_of(const char *text)
{
    uint32_t place = 77;
    return devlog_add_text(&devlog, str_of(text), &place, &e) ? place : 99;
}

static void keeps_texts(void)
{
    CHECK_INT(place_of(""), 0, "an empty text has the first place");
    CHECK_INT(place_of("a"), 1, "another gets the next");
    CHECK_INT(place_of("a"), 1, "the last one again is not kept again");
    CHECK_INT(place_of("ab"), 2, "a longer one is another");
    CHECK_INT(place_of("a"), 3, "one before the last is");
    CHECK_TEXT(devlog.texts[2], "ab", "texts are kept");
    CHECK_INT(place_of(""), 0, "an empty text keeps its place");
}

static void counts_what_a_manifest_says(void)
{
    struct devlog_totals totals = {0};
    const struct manifest_row row = {.file = str_of("a"), .records = 3, .amount_fen = 2 * (int64_t)UINT32_MAX, .first_seq = 0,
                                     .last_seq = UINT32_MAX};
    CHECK(devlog_count(&totals, &row, 5, UINT32_MAX, &e) && devlog_count(&totals, &row, UINT32_MAX, UINT32_MAX, &e) &&
              devlog_count(&totals, &row, 0, 0, &e),
          "as many records as the manifest has are counted");
    CHECK(devlog_check_totals(&totals, &row, &e), "the smallest and largest sequence and the sum are met");
    CHECK(!devlog_count(&totals, &row, 1, 1, &e) && e.kind == ERR_INPUT && totals.records == 3, "one more is not");
    CHECK_TEXT(e.message, "file \"a\": more records than the \"3\" that the manifest has", "and said so");
}

static void asks_for_the_device_of_a_line(void)
{
    const struct manifest_row row = {.file = str_of("a"), .device_no = 42};
    CHECK(devlog_check_device(&row, 2, "termno", str_of("00000042"), &e), "the file's device is right");
    CHECK(devlog_check_device(&row, 2, "termno", str_of("42"), &e) && devlog_check_device(&row, 2, "termno", str_of(""), &e),
          "one that is none is the line's fault");
    CHECK(!devlog_check_device(&row, 2, "termno", str_of("00000043"), &e) && e.kind == ERR_INPUT, "another is the file's");
    CHECK_TEXT(e.message, "file \"a\", line 2, column \"termno\": \"00000043\" where the manifest has \"00000042\"", "and said so");
}

int main(void)
{
    if (!arena_open(&arena, (size_t)128 << 20, &e) || !devlog_open(&devlog, arena, &e))
        return 1;
    knows_its_formats();
    adds_at_the_end();
    keeps_texts();
    counts_what_a_manifest_says();
    asks_for_the_device_of_a_line();
    devlog_close(&devlog);
    arena_close(arena);
    return tap_end();
}
