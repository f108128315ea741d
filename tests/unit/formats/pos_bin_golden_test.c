/* The files of tests/golden/pos_bin, each with what becomes of it. */
#include "formats/pos_bin.h"

#include <stdlib.h>

#include "tests/unit/formats/devlog_sample.h"

static void reads_good_files(void)
{
    static const struct sample all[] = {
        {"good.bin", 6, 901, 1, 6,
         "1 06 seq 1 counter 7 1000-100=900\n2 02 seq 2 counter 7 1000-500=1500\n3 DB seq 3 counter 7 1000-1=1001\n"
         "4 09 seq 4 counter 7 1000-100=900 gray\n5 FE seq 5 counter 7 1000-100=1100\n6 06 seq 6 counter 7 1000-100=900\n"},
        {"empty.bin", 0, 0, 0, 0, ""},
        {"holes.bin", 4, 400, 7, UINT32_MAX,
         "1 06 seq 900 counter 7 1000-100=900\n2 06 seq 7 counter 7 1000-100=900\n"
         "3 06 seq 4294967295 counter 7 1000-100=900\n4 06 seq 7 counter 7 1000-100=900\n"},
    };
    SAMPLE_CHECK(all);
}

#define IN(name) "file \"logs/" name "\": "
static void refuses_files(void)
{
    static const struct sample all[] = {
        {"nothing.bin", 0, 0, 0, 0, IN("nothing.bin") "length \"0\" is less than the header's 64 bytes"},
        {"cut-header.bin", 0, 0, 0, 0, IN("cut-header.bin") "length \"63\" is less than the header's 64 bytes"},
        {"cut.bin", 2, 200, 1, 2, IN("cut.bin") "header at 24: record count \"2\" does not give the length \"191\""},
        {"longer.bin", 1, 100, 1, 1, IN("longer.bin") "header at 24: record count \"1\" does not give the length \"129\""},
        {"count-lies.bin", 1, 100, 1, 1,
         IN("count-lies.bin") "header at 24: record count \"2\" does not give the length \"128\""},
        {"huge-count.bin", 1, 100, 1, 1,
         IN("huge-count.bin") "header at 24: record count \"4294967295\" does not give the length \"128\""},
        {"count-wraps.bin", 1, 100, 1, 1,
         IN("count-wraps.bin") "header at 24: record count \"67108865\" does not give the length \"128\""},
        {"sum-lies.bin", 1, 100, 1, 1,
         IN("sum-lies.bin") "header at 28: sum of amounts \"101\" where its records give \"100\""},
        {"huge-sum.bin", 1, 100, 1, 1,
         IN("huge-sum.bin") "header at 28: sum of amounts \"18446744073709551615\" where its records give \"100\""},
        {"first-lies.bin", 1, 100, 1, 1,
         IN("first-lies.bin") "header at 36: first sequence \"0\" where its records give \"1\""},
        {"last-lies.bin", 1, 100, 1, 1,
         IN("last-lies.bin") "header at 40: last sequence \"4294967295\" where its records give \"1\""},
        {"other-magic.bin", 1, 100, 1, 1, IN("other-magic.bin") "header at 0: magic \"44425032\" is not \"44425031\" (DBP1)"},
        {"other-length.bin", 1, 100, 1, 1, IN("other-length.bin") "header at 4: record length \"128\" is not \"64\""},
        {"other-crc.bin", 1, 100, 1, 1,
         IN("other-crc.bin") "header at 60: crc \"00000000\" where its bytes give \"afc91f7c\""},
        {"zero-a.bin", 1, 100, 1, 1, IN("zero-a.bin") "header at 23: zero byte is \"01\""},
        {"zero-b.bin", 1, 100, 1, 1, IN("zero-b.bin") "header at 51: zero byte is \"ff\""},
        {"zero-c.bin", 1, 100, 1, 1, IN("zero-c.bin") "header at 56: zero bytes are \"00000001\""},
        {"no-device.bin", 1, 100, 1, 1, IN("no-device.bin") "header at 8: device_no \"1301004a\" is none"},
        {"no-psam.bin", 1, 100, 1, 1, IN("no-psam.bin") "header at 12: psam_no \"36048660000f\" is none"},
        {"no-school.bin", 1, 100, 1, 1, IN("no-school.bin") "header at 18: school_code \"21130100a1\" is none"},
        {"no-time.bin", 1, 100, 1, 1, IN("no-time.bin") "header at 44: time of creation \"20240230220000\" is none"},
        {"other-device.bin", 1, 100, 1, 1,
         IN("other-device.bin") "header at 8: device_no \"13010043\" where the manifest has \"13010042\""},
        {"other-school.bin", 1, 100, 1, 1,
         IN("other-school.bin") "header at 18: school_code \"2113010002\" where the package has \"2113010001\""},
    };
    SAMPLE_CHECK(all);
}

static void tells_what_is_malformed(void)
{
    static const enum malformed reasons[] = {
        MALFORMED_CRC, MALFORMED_KIND, MALFORMED_KIND, MALFORMED_MARK, MALFORMED_MARK, MALFORMED_MARK, MALFORMED_KEY,
        MALFORMED_KEY, MALFORMED_SEQUENCE, MALFORMED_COUNTER, MALFORMED_CARD, MALFORMED_CARD, MALFORMED_CARD, MALFORMED_TIME,
        MALFORMED_TIME, MALFORMED_TIME, MALFORMED_TIME, MALFORMED_AMOUNT, MALFORMED_REVERSAL, MALFORMED_REVERSAL,
        MALFORMED_ZERO, MALFORMED_ZERO, MALFORMED_FIELD,
    };
    enum { COUNT = sizeof reasons / sizeof reasons[0] };
    static char wanted[COUNT * 100];
    size_t used = (size_t)snprintf(wanted, sizeof wanted, "1 06 seq 1 counter 7 1000-100=900\n");
    for (int i = 0; i < COUNT; i++)
        used += (size_t)snprintf(wanted + used, sizeof wanted - used, "%d !%s\n", i + 2, record_malformed_text(reasons[i]));
    (void)snprintf(wanted + used, sizeof wanted - used, "%d 06 seq 2 counter 7 1000-100=900\n", COUNT + 2);
    const struct sample malformed = {"malformed.bin", COUNT + 2, (COUNT + 1) * 100, 0, 5, wanted};
    CHECK_TEXT(sample_outcome(&malformed), wanted, "each fault has its reason, and good records around it stay good");
}

int main(void)
{
    sample_open("tests/golden/pos_bin", "pos-bin/1");
    reads_good_files();
    refuses_files();
    tells_what_is_malformed();
    sample_close();
    return tap_end();
}
