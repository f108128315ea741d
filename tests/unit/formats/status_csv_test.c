#include "formats/status_csv.h"

#include "tests/unit/formats/log_sample.h"

static const struct log_case cases[] = {
    {"good", 4, 0, 0,
     "13010042 2026-03-02 21:30:00 0 120 120 54000 \"2.1.7\" 20260301\n"
     "00000007 2026-03-02 21:30:00 3 120 120 54000 \"二点一\" 20260301\n"
     "13010042 2026-03-02 22:00:00 0 120 120 54000 \"2.1.7\" 0\n"
     "13010042 2026-03-02 21:30:00 0 120 120 54000 \"\" 0\n"},
    {"turned", 1, 0, 0,
     "13010042 2026-03-02 21:30:00 0 120 120 54000 \"2.1.7\" 20260301\n"},
    {"heading-only", 0, 0, 0, ""},
    {"nothing", 0, 0, 0,
     "file \"log\", line 1: no heading"},
    {"missing-column", 1, 0, 0,
     "file \"log\", line 1: column \"blacklist_version\" is missing"},
    {"unknown-column", 1, 0, 0,
     "file \"log\", line 1, column \"volts\": unknown column"},
    {"fields", 16, 0, 0,
     "13010042 2026-03-02 21:30:00 0 120 120 54000 \"2.1.7\" 20260301\n"
     "a field is not of its form <1301004,2026-03-02 21:30:00,0,120,120,54000,2.1.7,20260301>\n"
     "a field is not of its form <,2026-03-02 21:30:00,0,120,120,54000,2.1.7,20260301>\n"
     "date or time does not exist <13010042,2026-02-30 21:30:00,0,120,120,54000,2.1.7,20260301>\n"
     "date or time does not exist <13010042,,0,120,120,54000,2.1.7,20260301>\n"
     "a number is none, or too large <13010042,2026-03-02 21:30:00,,120,120,54000,2.1.7,20260301>\n"
     "a number is none, or too large <13010042,2026-03-02 21:30:00,-1,120,120,54000,2.1.7,20260301>\n"
     "a number is none, or too large <13010042,2026-03-02 21:30:00,0,1e3,120,54000,2.1.7,20260301>\n"
     "a number is none, or too large <13010042,2026-03-02 21:30:00,0,120,1111111111111111111,54000,2.1.7,20260301>"
     "\n"
     "a number is none, or too large <13010042,2026-03-02 21:30:00,0,120,120,540.00,2.1.7,20260301>\n"
     "a number is none, or too large <13010042,2026-03-02 21:30:00,0,120,120,54000,2.1.7,202603010>\n"
     "a number is none, or too large <13010042,2026-03-02 21:30:00,0,120,120,54000,2.1.7,x>\n"
     "a field is not of its form <13010042,2026-03-02 21:30:00,0,120,120,54000,2\\x091,20260301>\n"
     "the row has another number of columns than the heading <13010042,2026-03-02 21:30:00,0,120,120,54000,2.1.7,2"
     "0260301,>\n"
     "the row has another number of columns than the heading <x>\n"
     "13010042 2026-03-02 21:30:00 0 120 120 999999999999999999 \"2.1.7\" 20260301\n"},
    {"gb18030", 1, 0, 0,
     "file \"log\", byte 135: \"b6\" begins no character of utf-8"},
    {"zero", 1, 0, 0,
     "file \"log\", byte 136: a zero byte is no text"},
    {"quote", 1, 0, 0,
     "file \"log\", line 2, column 7: a quote that neither opens nor closes a field"},
};

int main(void)
{
    static struct log_sample s;
    struct manifest_row row = {.file = str_of("log"), .format = devlog_format_find(str_of("status-csv/1"))};
    log_sample_open(&s);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        log_sample_case(&s, "status_csv", row, &cases[i]);
    row.records = 3;
    CHECK_TEXT(log_sample_golden(&s, "status_csv", "good.csv", &row),
               "file \"log\": more records than the \"3\" that the manifest has", "more_rows_than_the_manifest_refuse_the_file");
    row.records = 5;
    CHECK_TEXT(log_sample_golden(&s, "status_csv", "good.csv", &row),
               "file \"log\": record count \"4\" where the manifest has \"5\"", "fewer_rows_refuse_it");
    row.records = 1;
    s.keeps_raws = true;
    CHECK_TEXT(log_sample_golden(&s, "status_csv", "turned.csv", &row),
               "13010042 2026-03-02 21:30:00 0 120 120 54000 \"2.1.7\" 20260301 <20260301,2.1.7,54000,120,120,0,2026-03-02 "
               "21:30:00,13010042>\n",
               "raws_of_all_are_kept_where_that_is_asked_for");
    log_sample_close(&s);
    return tap_end();
}
