#include "formats/gate_xml.h"

#include "tests/unit/formats/log_sample.h"

static const struct log_case cases[] = {
    {"good", 10, 1, 4294967295,
     "1 382016122100001003 2026-03-02 07:15:30 2106\n"
     "2 382016122100001003 2026-03-02 07:15:30 3206\n"
     "4 382016122100001003 2026-03-02 07:15:30 4306 \"火车站\"\n"
     "5 382016122100001003 2026-03-02 07:15:30 4406 \"A&B <东>口\"\n"
     "3 000000000000000000 2026-03-02 07:15:30 5008\n"
     "6 382016122100001003 2026-03-02 07:15:30 5009\n"
     "7 000000000000000000 2026-03-02 07:15:30 50010\n"
     "8 000000000000000000 2026-03-02 07:15:30 2107\n"
     "9 000000000000000000 2026-03-02 07:15:30 2107\n"
     "4294967295 000000000000000000 2026-03-02 07:15:30 50011\n"},
    {"turned", 2, 1, 2,
     "1 382016122100001003 2026-03-02 07:15:30 2106 \"𠮷祥里\"\n"
     "2 000000000000000000 2026-03-02 07:15:30 50011\n"},
    {"empty", 0, 0, 0, ""},
    {"empty-tag", 0, 0, 0, ""},
    {"nothing", 0, 0, 0,
     "file \"log\", line 1, column 1: not well-formed: there is no element"},
    {"blank", 0, 0, 0,
     "file \"log\", line 1, column 1: not well-formed: there is no element"},
    {"text", 0, 0, 0,
     "file \"log\", line 1, column 1: not well-formed: it begins with no tag"},
    {"another-root", 1, 1, 1,
     "file \"log\", line 2: element \"gatelog\" where gateLog is due"},
    {"in-namespace", 1, 1, 1,
     "file \"log\", line 2: element \"gateLog\" where gateLog is due"},
    {"head-attribute", 1, 1, 1,
     "file \"log\", line 2: element \"gateLog\" has another attribute than device, school and created"},
    {"head-missing", 1, 1, 1,
     "file \"log\", line 2: attribute \"created\" is missing"},
    {"another-device", 1, 1, 1,
     "file \"log\", line 2: attribute \"device\": \"13010043\" is not the device of the manifest"},
    {"short-device", 1, 1, 1,
     "file \"log\", line 2: attribute \"device\": \"1301042\" is not the device of the manifest"},
    {"another-school", 1, 1, 1,
     "file \"log\", line 2: attribute \"school\": \"2113010002\" is not the school of the package"},
    {"head-time", 1, 1, 1,
     "file \"log\", line 2: attribute \"created\": \"2026-03-02 22:00:00\" is not a time YYYY-MM-DDThh:mm:ss+08:00"},
    {"another-element", 2, 1, 2,
     "file \"log\", line 4: element \"note\" where event or alarm is due"},
    {"another-case", 2, 1, 2,
     "file \"log\", line 4: element \"Event\" where event or alarm is due"},
    {"stray-text", 2, 1, 2,
     "file \"log\", line 4: text where event or alarm is due"},
    {"stray-reference", 2, 1, 2,
     "file \"log\", line 4: text where event or alarm is due"},
    {"long-tag", 2, 1, 2,
     "file \"log\", line 4: a tag of more than \"8192\" bytes"},
    {"long-element", 2, 1, 2,
     "file \"log\", line 4: an element of more than \"8192\" bytes"},
    {"long-text", 2, 1, 2,
     "file \"log\", line 4: text of more than \"2048\" bytes"},
    {"twice", 2, 1, 2,
     "file \"log\", line 4, column 128: not well-formed: an attribute comes twice"},
    {"unclosed", 2, 1, 2,
     "file \"log\", line 5, column 11: not well-formed: an end tag does not fit its start tag"},
    {"cut", 2, 1, 2,
     "file \"log\", line 4, column 104: not well-formed: the text ends within an element"},
    {"two-roots", 2, 1, 2,
     "file \"log\", line 5, column 6: not well-formed: an xml declaration that is not at the beginning"},
    {"gbk", 1, 1, 1,
     "file \"log\", byte 241: \"bb\" begins no character of utf-8"},
    {"says-gbk", 1, 1, 1,
     "file \"log\", line 1: encoding \"GBK\" where utf-8 is due"},
    {"utf16", 1, 1, 1,
     "file \"log\", byte 3: a zero byte is no text"},
    {"zero", 1, 1, 1,
     "file \"log\", byte 241: a zero byte is no text"},
    {"half", 1, 1, 1,
     "file \"log\", byte 241: \"e7\" begins no character of utf-8"},
    {"control", 1, 1, 1,
     "file \"log\", line 3, column 119: not well-formed: bytes that are no character of xml"},
    {"prefix", 2, 1, 2,
     "file \"log\", line 4, column 11: not well-formed: a prefix without namespace"},
    {"doctype", 1, 1, 1,
     "file \"log\", line 2, column 18: a document type is not taken"},
    {"attributes", 15, 0, 13,
     "1 a field is not of its form <<event seq=\"1\" card=\"382016122100001003\" at=\"2026-03-02T07:15:30+08:00\" "
     "kind=\"gate\" dir=\"in\" result=\"granted\" stop=\"\" note=\"x\"/>>\n"
     "2 date or time does not exist <<event seq=\"2\" card=\"382016122100001003\" kind=\"gate\" dir=\"in\" result="
     "\"granted\" stop=\"\"/>>\n"
     "3 kind is not defined <<event seq=\"3\" card=\"382016122100001003\" at=\"2026-03-02T07:15:30+08:00\" dir=\"i"
     "n\" result=\"granted\" stop=\"\"/>>\n"
     "4 a field is not of its form <<event seq=\"4\" card=\"382016122100001003\" at=\"2026-03-02T07:15:30+08:00\" "
     "kind=\"gate\" result=\"granted\" stop=\"\"/>>\n"
     "5 a field is not of its form <<event seq=\"5\" card=\"382016122100001003\" at=\"2026-03-02T07:15:30+08:00\" "
     "kind=\"gate\" dir=\"in\" stop=\"\"/>>\n"
     "0 a number is none, or too large <<event card=\"382016122100001003\" at=\"2026-03-02T07:15:30+08:00\" kind="
     "\"gate\" dir=\"in\" result=\"granted\" stop=\"\"/>>\n"
     "7 card number is not valid <<event seq=\"7\" at=\"2026-03-02T07:15:30+08:00\" kind=\"gate\" dir=\"in\" resul"
     "t=\"granted\" stop=\"\"/>>\n"
     "8 kind is not defined <<alarm seq=\"8\" at=\"2026-03-02T07:15:30+08:00\" card=\"\"/>>\n"
     "9 a field is not of its form <<alarm seq=\"9\" at=\"2026-03-02T07:15:30+08:00\" kind=\"tamper\" card=\"\" di"
     "r=\"in\"/>>\n"
     "10 a field is not of its form <<alarm seq=\"10\" at=\"2026-03-02T07:15:30+08:00\" kind=\"tamper\" card=\"\" "
     "stop=\"\"/>>\n"
     "11 date or time does not exist <<alarm seq=\"11\" kind=\"tamper\" card=\"\"/>>\n"
     "12 a field is not of its form <<event xmlns:x=\"urn:x\" seq=\"12\" card=\"382016122100001003\" at=\"2026-03-"
     "02T07:15:30+08:00\" kind=\"gate\" dir=\"in\" result=\"granted\" stop=\"\"/>>\n"
     "13 a field is not of its form <<event xml:lang=\"zh\" seq=\"13\" card=\"382016122100001003\" at=\"2026-03-"
     "02T07:15:30+08:00\" kind=\"gate\" dir=\"in\" result=\"granted\" stop=\"\"/>>\n"
     "0 kind is not defined <<event/>>\n"
     "0 kind is not defined <<alarm/>>\n"},
    {"values", 12, 1, 12,
     "1 kind is not defined <<event seq=\"1\" card=\"382016122100001003\" at=\"2026-03-02T07:15:30+08:00\" kind="
     "\"Gate\" dir=\"in\" result=\"granted\" stop=\"\"/>>\n"
     "2 kind is not defined <<event seq=\"2\" card=\"382016122100001003\" at=\"2026-03-02T07:15:30+08:00\" kind="
     "\"\" dir=\"in\" result=\"granted\" stop=\"\"/>>\n"
     "3 kind is not defined <<event seq=\"3\" card=\"382016122100001003\" at=\"2026-03-02T07:15:30+08:00\" kind="
     "\"tamper\" dir=\"in\" result=\"granted\" stop=\"\"/>>\n"
     "4 a field is not of its form <<event seq=\"4\" card=\"382016122100001003\" at=\"2026-03-02T07:15:30+08:00\" "
     "kind=\"gate\" dir=\"inside\" result=\"granted\" stop=\"\"/>>\n"
     "5 a field is not of its form <<event seq=\"5\" card=\"382016122100001003\" at=\"2026-03-02T07:15:30+08:00\" "
     "kind=\"gate\" dir=\"\" result=\"granted\" stop=\"\"/>>\n"
     "6 a field is not of its form <<event seq=\"6\" card=\"382016122100001003\" at=\"2026-03-02T07:15:30+08:00\" "
     "kind=\"gate\" dir=\"in\" result=\"ok\" stop=\"\"/>>\n"
     "7 a field is not of its form <<event seq=\"7\" card=\"382016122100001003\" at=\"2026-03-02T07:15:30+08:00\" "
     "kind=\"gate\" dir=\"in\" result=\"granted\" stop=\"a&#10;b\"/>>\n"
     "8 a field is not of its form <<event seq=\"8\" card=\"382016122100001003\" at=\"2026-03-02T07:15:30+08:00\" "
     "kind=\"gate\" dir=\"in\" result=\"granted\" stop=\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
     "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
     "xxxxxxxxxxxxxxxxxxx>\n"
     "9 382016122100001003 2026-03-02 07:15:30 2106 \"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"\n"
     "10 kind is not defined <<alarm seq=\"10\" at=\"2026-03-02T07:15:30+08:00\" kind=\"gate\" card=\"\"/>>\n"
     "11 kind is not defined <<alarm seq=\"11\" at=\"2026-03-02T07:15:30+08:00\" kind=\"smoke\" card=\"\"/>>\n"
     "12 382016122100001003 2026-03-02 07:15:30 2106 \"a b\"\n"},
    {"sequences", 8, 0, 4294967295,
     "0 device sequence is 0 <<event seq=\"0\" card=\"382016122100001003\" at=\"2026-03-02T07:15:30+08:00\" kind="
     "\"gate\" dir=\"in\" result=\"granted\" stop=\"\"/>>\n"
     "4294967295 382016122100001003 2026-03-02 07:15:30 2106\n"
     "0 a number is none, or too large <<event seq=\"4294967296\" card=\"382016122100001003\" at=\"2026-03-02T07:1"
     "5:30+08:00\" kind=\"gate\" dir=\"in\" result=\"granted\" stop=\"\"/>>\n"
     "0 a number is none, or too large <<event seq=\"-1\" card=\"382016122100001003\" at=\"2026-03-02T07:15:30+08:"
     "00\" kind=\"gate\" dir=\"in\" result=\"granted\" stop=\"\"/>>\n"
     "0 a number is none, or too large <<event seq=\"\" card=\"382016122100001003\" at=\"2026-03-02T07:15:30+08:00"
     "\" kind=\"gate\" dir=\"in\" result=\"granted\" stop=\"\"/>>\n"
     "0 a number is none, or too large <<event seq=\" 1\" card=\"382016122100001003\" at=\"2026-03-02T07:15:30+08:"
     "00\" kind=\"gate\" dir=\"in\" result=\"granted\" stop=\"\"/>>\n"
     "1 382016122100001003 2026-03-02 07:15:30 2106\n"
     "0 device sequence is 0 <<alarm seq=\"0\" at=\"2026-03-02T07:15:30+08:00\" kind=\"tamper\" card=\"\"/>>\n"},
    {"cards", 6, 1, 6,
     "1 card number is not valid <<event seq=\"1\" card=\"382016122100001004\" at=\"2026-03-02T07:15:30+08:00\" ki"
     "nd=\"gate\" dir=\"in\" result=\"granted\" stop=\"\"/>>\n"
     "2 card number is not valid <<event seq=\"2\" card=\"01382016122100001003\" at=\"2026-03-02T07:15:30+08:00\" "
     "kind=\"gate\" dir=\"in\" result=\"granted\" stop=\"\"/>>\n"
     "3 card number is not valid <<event seq=\"3\" card=\"\" at=\"2026-03-02T07:15:30+08:00\" kind=\"gate\" dir="
     "\"in\" result=\"granted\" stop=\"\"/>>\n"
     "4 card number is not valid <<event seq=\"4\" card=\" \" at=\"2026-03-02T07:15:30+08:00\" kind=\"gate\" dir="
     "\"in\" result=\"granted\" stop=\"\"/>>\n"
     "5 card number is not valid <<alarm seq=\"5\" at=\"2026-03-02T07:15:30+08:00\" kind=\"tamper\" card=\"3820161"
     "22100001004\"/>>\n"
     "6 card number is not valid <<event seq=\"6\" card=\"1\" at=\"2026-03-02T07:15:30+08:00\" kind=\"gate\" dir="
     "\"in\" result=\"denied\" stop=\"\"/>>\n"},
    {"times", 8, 1, 8,
     "1 date or time does not exist <<event seq=\"1\" card=\"382016122100001003\" at=\"2026-02-29T07:15:30+08:00"
     "\" kind=\"gate\" dir=\"in\" result=\"granted\" stop=\"\"/>>\n"
     "2 date or time does not exist <<event seq=\"2\" card=\"382016122100001003\" at=\"2026-03-02 07:15:30\" kind="
     "\"gate\" dir=\"in\" result=\"granted\" stop=\"\"/>>\n"
     "3 date or time does not exist <<event seq=\"3\" card=\"382016122100001003\" at=\"2026-03-02T07:15:30Z\" kind"
     "=\"gate\" dir=\"in\" result=\"granted\" stop=\"\"/>>\n"
     "4 date or time does not exist <<event seq=\"4\" card=\"382016122100001003\" at=\"2026-03-02T07:15:30+09:00"
     "\" kind=\"gate\" dir=\"in\" result=\"granted\" stop=\"\"/>>\n"
     "5 date or time does not exist <<event seq=\"5\" card=\"382016122100001003\" at=\"2026-03-02T07:15:30.5+08:00"
     "\" kind=\"gate\" dir=\"in\" result=\"granted\" stop=\"\"/>>\n"
     "6 date or time does not exist <<event seq=\"6\" card=\"382016122100001003\" at=\"2026-03-02T24:00:00+08:00"
     "\" kind=\"gate\" dir=\"in\" result=\"granted\" stop=\"\"/>>\n"
     "7 date or time does not exist <<event seq=\"7\" card=\"382016122100001003\" at=\"\" kind=\"gate\" dir=\"in"
     "\" result=\"granted\" stop=\"\"/>>\n"
     "8 date or time does not exist <<alarm seq=\"8\" at=\"x\" kind=\"tamper\" card=\"\"/>>\n"},
    {"content", 5, 1, 5,
     "1 a field is not of its form <<event seq=\"1\" card=\"382016122100001003\" at=\"2026-03-02T07:15:30+08:00\" "
     "kind=\"gate\" dir=\"in\" result=\"granted\" stop=\"\">text</event>>\n"
     "2 a field is not of its form <<event seq=\"2\" card=\"382016122100001003\" at=\"2026-03-02T07:15:30+08:00\" "
     "kind=\"gate\" dir=\"in\" result=\"granted\" stop=\"\"><x><y/></x></event>>\n"
     "3 a field is not of its form <<event seq=\"3\" card=\"382016122100001003\" at=\"2026-03-02T07:15:30+08:00\" "
     "kind=\"gate\" dir=\"in\" result=\"granted\" stop=\"\"><![CDATA[x]]></event>>\n"
     "4 382016122100001003 2026-03-02 07:15:30 2106\n"
     "5 a field is not of its form <<alarm seq=\"5\" at=\"2026-03-02T07:15:30+08:00\" kind=\"tamper\" card=\"\"><e"
     "vent seq=\"6\" card=\"382016122100001003\" at=\"2026-03-02T07:15:30+08:00\" kind=\"gate\" dir=\"in\" result="
     "\"granted\" stop=\"\"/></alarm>>\n"},
};

static struct log_sample s;

static struct manifest_row row_of(uint32_t records, uint32_t first_seq, uint32_t last_seq)
{
    return (struct manifest_row){.file = str_of("log"), .format = devlog_format_find(str_of("gate-xml/1")),
                                 .device_no = 13010042, .records = records, .first_seq = first_seq, .last_seq = last_seq};
}

static void test_golden(void)
{
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        log_sample_case(&s, "gate_xml", row_of(0, 0, 0), &cases[i]);
}

static void test_manifest(void)
{
    struct manifest_row row = row_of(11, 1, 4294967295);
    CHECK_TEXT(log_sample_golden(&s, "gate_xml", "good.xml", &row),
               "file \"log\": record count \"10\" where the manifest has \"11\"", "fewer_records_than_the_manifest_refuse_the_file");
    row.records = 4;
    CHECK_TEXT(log_sample_golden(&s, "gate_xml", "good.xml", &row),
               "file \"log\", line 7: more records than the \"4\" of the manifest", "more_records_refuse_it");
    CHECK_INT(s.log.identity_count, 4, "and_are_not_decoded");
    row = row_of(10, 1, 4294967295);
    row.amount_fen = 5;
    CHECK_TEXT(log_sample_golden(&s, "gate_xml", "good.xml", &row),
               "file \"log\": sum of amounts \"0\" where the manifest has \"5\"", "an_amount_refuses_it");
    row = row_of(10, 0, 4294967295);
    CHECK_TEXT(log_sample_golden(&s, "gate_xml", "good.xml", &row),
               "file \"log\": first sequence \"1\" where the manifest has \"0\"", "another_first_sequence_refuses_it");
    row = row_of(10, 1, 9);
    CHECK_TEXT(log_sample_golden(&s, "gate_xml", "good.xml", &row),
               "file \"log\": last sequence \"4294967295\" where the manifest has \"9\"", "another_last_sequence_refuses_it");
}

static void test_raws(void)
{
    struct manifest_row row = row_of(2, 1, 2);
    s.keeps_raws = true;
    CHECK_TEXT(log_sample_golden(&s, "gate_xml", "turned.xml", &row),
               "1 382016122100001003 2026-03-02 07:15:30 2106 \"\xF0\xA0\xAE\xB7\xE7\xA5\xA5\xE9\x87\x8C\" <<event result='granted' dir='in' kind='gate' "
               "at='2026-03-02T07:15:30+08:00' card='382016122100001003' seq='&#49;' "
               "stop='\\xf0\\xa0\\xae\\xb7\\xe7\\xa5\\xa5\\xe9\\x87\\x8c'></event>>\n"
               "2 000000000000000000 2026-03-02 07:15:30 50011 <<alarm kind='help' seq='02' at='2026-03-02T07:15:30+08:00'> "
               "\\x0a</alarm>>\n",
               "raws_of_all_are_the_bytes_of_their_elements");
    s.keeps_raws = false;
}

/* The digest of one element. */
static uint64_t digest_of(const char *element)
{
    char text[600];
    struct manifest_row row = row_of(1, 1, 1);
    row.first_seq = row.last_seq = strstr(element, "seq=\"2\"") ? 2 : 1;
    (void)snprintf(text, sizeof text, "<gateLog device=\"13010042\" school=\"2113010001\" created=\"2026-03-02T22:00:00+08:00\">"
                                      "%s</gateLog>", element);
    const char *found = log_sample_read(&s, str_of(text), &row);
    if (!CHECK(s.log.identity_count == 1 && s.log.raw_count == 0, "a_good_element_is_read"))
        printf("# %s: %s\n", element, found);
    return s.log.identity_count == 1 ? s.log.identities[0].digest : 0;
}

#define EVENT(seq, card, at, kind, dir, result, stop)                                                          \
    "<event seq=\"" seq "\" card=\"" card "\" at=\"2026-03-02T07:15:" at "+08:00\" kind=\"" kind "\" dir=\"" dir      \
    "\" result=\"" result "\" stop=\"" stop "\"/>"
#define ALARM(kind) "<alarm seq=\"1\" at=\"2026-03-02T07:15:30+08:00\" kind=\"" kind "\"/>"
#define CARD "382016122100001003"

static void test_digests(void)
{
    static const char *const others[] = {
        EVENT("2", CARD, "30", "bus", "on", "denied", "A"),
        EVENT("1", "382016122100001011", "30", "bus", "on", "denied", "A"),
        EVENT("1", "", "30", "bus", "on", "denied", "A"),
        EVENT("1", CARD, "31", "bus", "on", "denied", "A"),
        EVENT("1", CARD, "30", "dorm", "on", "denied", "A"),
        EVENT("1", CARD, "30", "bus", "off", "denied", "A"),
        EVENT("1", CARD, "30", "bus", "on", "granted", "A"),
        EVENT("1", CARD, "30", "bus", "on", "denied", "B"),
        EVENT("1", CARD, "30", "bus", "on", "denied", ""),
        ALARM("help"),
        ALARM("fire"),
    };
    uint64_t digest = digest_of(EVENT("1", CARD, "30", "bus", "on", "denied", "A"));
    CHECK(digest_of(EVENT("01", "00" CARD, "30", "bus", "on", "denied", "&#65;")) == digest,
          "the_same_content_in_another_spelling_has_the_same_digest");
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        CHECK(digest_of(others[i]) != digest, "other_content_has_another_digest");
    CHECK(digest_of(ALARM("help")) != digest_of(ALARM("fire")), "another_alarm_has_another_digest");
}

int main(void)
{
    log_sample_open(&s);
    test_golden();
    test_manifest();
    test_raws();
    test_digests();
    log_sample_close(&s);
    return tap_end();
}
