#include "formats/bank_name.h"

#include "base/date.h"
#include "tests/unit/tap.h"

static int32_t day;

static void makes(enum bank_file file, const char *wanted, const char *message_id)
{
    char text[BANK_NAME_BYTES], id[BANK_MESSAGE_ID_BYTES];
    struct bank_name name = {.file = file, .code = 1, .day = day, .batch = 12}, found;
    bank_name_format(text, &name);
    CHECK_TEXT(text, wanted, "a_name_is_made");
    bank_name_message_id(id, &name);
    CHECK_TEXT(id, message_id, "and_the_id_of_its_message");
    CHECK(bank_name_parse(str_of(text), &found) == BANK_NAME_GOOD && found.file == file && found.code == 1 && found.day == day &&
              found.batch == 12,
          "a_name_is_read_as_it_was_made");
}

static void reads(const char *text, enum bank_file file, int32_t batch)
{
    struct bank_name found = {.batch = -1};
    bool good = bank_name_parse(str_of(text), &found) == BANK_NAME_GOOD;
    CHECK(good && found.file == file && found.batch == batch, text);
}

static void leaves(const char *text, enum bank_name_form form)
{
    struct bank_name found = {.batch = -1};
    CHECK(bank_name_parse(str_of(text), &found) == form && found.batch == -1, text);
}

int main(void)
{
    struct bank_name found;
    ALWAYS(date_parse(str_of("2026-03-02"), &day));
    makes(BANK_FILE_CD, "CD0001202603020012.txt", "0001D202603020012");
    makes(BANK_FILE_PO, "PO0001202603020012.txt", "0001P202603020012");
    makes(BANK_FILE_CQ, "CQ0001202603020012.txt", "0001D202603020012");
    makes(BANK_FILE_PAIN008, "pain.008.0001D202603020012.xml", "0001D202603020012");
    makes(BANK_FILE_PAIN001, "pain.001.0001P202603020012.xml", "0001P202603020012");
    CHECK(bank_name_of_message_id(str_of("0001D202603020012"), &found) && found.file == BANK_FILE_PAIN008 && found.code == 1 &&
              found.day == day && found.batch == 12,
          "the_id_of_a_message_names_its_request");
    CHECK(bank_name_of_message_id(str_of("0001P202603020012"), &found) && found.file == BANK_FILE_PAIN001, "or_its_payments");
    CHECK(!bank_name_of_message_id(str_of("0001X202603020012"), &found) && !bank_name_of_message_id(str_of(""), &found) &&
              !bank_name_of_message_id(str_of("0001D202602300012"), &found),
          "ids_of_others_name_none");
    reads("CD0001202603020001.ret", BANK_FILE_CD_REPLY, 1);
    reads("PO0001202603020001.ret", BANK_FILE_PO_REPLY, 1);
    reads("CD0001202603020001.2.ret", BANK_FILE_CD_REPLY, 1);
    reads("BANK0520260302.txt", BANK_FILE_BANK05, 0);
    reads("any name 20260302.XML", BANK_FILE_XML, 0);
    reads("pain.008.0001D202602300001.xml", BANK_FILE_XML, 0);
    leaves(".CD0001202603020001.ret", BANK_NAME_HIDDEN);
    leaves("CD0001202603020001.ret.part", BANK_NAME_PART);
    leaves("statement.xml.tmp", BANK_NAME_PART);
    leaves("", BANK_NAME_OTHER);
    leaves(".xml", BANK_NAME_HIDDEN);
    leaves("CD0001202603020000.ret", BANK_NAME_OTHER);
    leaves("CD0001202602300001.ret", BANK_NAME_OTHER);
    leaves("CD000120260302001.ret", BANK_NAME_OTHER);
    leaves("CD0001202603020001.0.ret", BANK_NAME_OTHER);
    leaves("CD0001202603020001.100.ret", BANK_NAME_OTHER);
    leaves("cd0001202603020001.ret", BANK_NAME_OTHER);
    leaves("CQ0001202603020001.ret", BANK_NAME_OTHER);
    leaves("CD0001202603020001.RET", BANK_NAME_OTHER);
    leaves("BANK0520260230.txt", BANK_NAME_OTHER);
    leaves("BANK05202603021.txt", BANK_NAME_OTHER);
    leaves("readme.txt", BANK_NAME_OTHER);
    return tap_end();
}
