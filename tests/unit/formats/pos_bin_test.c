#include "formats/pos_bin.h"

#include "base/date.h"
#include "tests/unit/formats/pos_bin_sample.h"
#include "tests/unit/tap.h"

enum { COUNT = 3, BYTES = 64 * (1 + COUNT) };

static uint8_t sample[BYTES];

static void fresh(void)
{
    for (uint32_t i = 0; i < COUNT; i++)
        sample_record(sample + 64 + (size_t)i * 64, i + 1);
    sample_header(sample, COUNT);
}

static const char *message_of(size_t length, const struct manifest_row *row)
{
    static struct err e;
    struct pos_bin log;
    err_clear(&e);
    if (pos_bin_open(&log, (struct str){(const char *)sample, length}, row, &e))
        return "good";
    return e.kind == ERR_INPUT ? e.message : "of another kind";
}

static void opens_a_good_log(void)
{
    struct err e;
    struct pos_bin log;
    struct manifest_row row = sample_row(COUNT);
    fresh();
    CHECK(pos_bin_open(&log, (struct str){(const char *)sample, BYTES}, &row, &e), "opens_a_good_log");
    CHECK_INT(log.device_no, 13010042, "reads_the_device");
    CHECK_INT(log.psam_no, INT64_C(360486600002), "reads_the_psam");
    CHECK_INT(log.school_code, INT64_C(2113010001), "reads_the_school");
    CHECK_INT(log.epoch, 1, "reads_the_epoch");
    CHECK_INT(log.count, COUNT, "reads_the_count");
    CHECK_INT(log.sum_fen, 300, "reads_the_sum");
    CHECK_INT(log.list_version, 20240229, "reads_the_list_version");
    char stamp[DATE_STAMP_BYTES];
    date_format_stamp(log.created_at, stamp);
    CHECK_TEXT(stamp, "2024-03-01 22:00:00", "reads_the_time_of_creation");
    CHECK(pos_bin_check_owner(&log, &row, INT64_C(2113010001), INT64_C(360486600002), &e),
          "its_owner_is_right");
    CHECK(pos_bin_check_owner(&log, &row, INT64_C(2113010001), -1, &e),
          "any_psam_is_right_for_an_unknown_device");
    CHECK(!pos_bin_check_owner(&log, &row, INT64_C(2113010002), -1, &e), "refuses_another_school");
    CHECK_TEXT(e.message,
               "file \"logs/13010042.bin\": header at 18: school_code \"2113010001\" where the package has "
               "\"2113010002\"",
               "another_school_is_named");
    CHECK(!pos_bin_check_owner(&log, &row, INT64_C(2113010001), 7, &e), "refuses_another_psam");
    CHECK_TEXT(
        e.message,
        "file \"logs/13010042.bin\": header at 12: psam_no \"360486600002\" where the terminal on file has "
        "\"000000000007\"",
        "another_psam_is_named");
}

static void opens_an_empty_log(void)
{
    struct manifest_row row = sample_row(0);
    sample_header(sample, 0);
    CHECK_TEXT(message_of(64, &row), "good", "an_empty_log_with_its_header_is_good");
    CHECK_TEXT(message_of(0, &row),
               "file \"logs/13010042.bin\": length \"0\" is less than the header's 64 bytes",
               "an_empty_log_without_its_header_is_refused");
    row.first_seq = 1;
    CHECK_TEXT(message_of(64, &row),
               "file \"logs/13010042.bin\": header at 36: first sequence \"0\" where the manifest has \"1\"",
               "an_empty_log_has_no_first_sequence");
}

/* Changes `bytes` bytes of the header to value and says what the reader says. */
static const char *header_with(int at, uint64_t value, int bytes)
{
    struct manifest_row row = sample_row(COUNT);
    fresh();
    sample_put(sample + at, value, bytes);
    sample_sign(sample);
    const char *message = message_of(BYTES, &row);
    const char *prefix = "file \"logs/13010042.bin\": ";
    return strncmp(message, prefix, strlen(prefix)) == 0 ? message + strlen(prefix) : message;
}

static void refuses_a_wrong_header(void)
{
    CHECK_TEXT(header_with(0, 0x44425032, 4), "header at 0: magic \"44425032\" is not \"44425031\" (DBP1)",
               "refuses_another_magic");
    CHECK_TEXT(header_with(4, 63, 2), "header at 4: record length \"63\" is not \"64\"",
               "refuses_another_record_length");
    CHECK_TEXT(header_with(8, 0x1301004A, 4), "header at 8: device_no \"1301004a\" is none",
               "refuses_a_device_that_is_no_bcd");
    CHECK_TEXT(header_with(8, 0x13010043, 4),
               "header at 8: device_no \"13010043\" where the manifest has \"13010042\"",
               "refuses_another_device");
    CHECK_TEXT(header_with(12, 0x36048660000F, 6), "header at 12: psam_no \"36048660000f\" is none",
               "refuses_a_psam_that_is_no_bcd");
    CHECK_TEXT(header_with(18, 0xA113010001, 5), "header at 18: school_code \"a113010001\" is none",
               "refuses_a_school_that_is_no_bcd");
    CHECK_TEXT(header_with(23, 1, 1), "header at 23: zero byte is \"01\"", "refuses_a_first_zero_byte_set");
    CHECK_TEXT(header_with(24, 4, 4), "header at 24: record count \"4\" does not give the length \"256\"",
               "refuses_a_count_that_is_not_its_length");
    CHECK_TEXT(header_with(28, 301, 8), "header at 28: sum of amounts \"301\" where its records give \"300\"",
               "refuses_another_sum");
    CHECK_TEXT(header_with(36, 2, 4), "header at 36: first sequence \"2\" where its records give \"1\"",
               "refuses_another_first_sequence");
    CHECK_TEXT(header_with(40, 4, 4), "header at 40: last sequence \"4\" where its records give \"3\"",
               "refuses_another_last_sequence");
    CHECK_TEXT(header_with(44, 0x20240230220000, 7),
               "header at 44: time of creation \"20240230220000\" is none",
               "refuses_a_creation_that_does_not_exist");
    CHECK_TEXT(header_with(51, 0x10, 1), "header at 51: zero byte is \"10\"",
               "refuses_a_second_zero_byte_set");
    CHECK_TEXT(header_with(56, 1, 4), "header at 56: zero bytes are \"00000001\"", "refuses_zero_bytes_set");
}

static void refuses_a_damaged_file(void)
{
    struct manifest_row row = sample_row(COUNT);
    fresh();
    CHECK_TEXT(
        message_of(BYTES - 1, &row),
        "file \"logs/13010042.bin\": header at 24: record count \"3\" does not give the length \"255\"",
        "refuses_a_cut_file");
    CHECK_TEXT(message_of(63, &row),
               "file \"logs/13010042.bin\": length \"63\" is less than the header's 64 bytes",
               "refuses_a_cut_header");
    sample[7] ^= 1;
    CHECK(strstr(message_of(BYTES, &row), "header at 60: crc \"") != NULL,
          "refuses_a_header_whose_crc_differs");
}

static void refuses_what_the_manifest_denies(void)
{
    struct manifest_row row = sample_row(COUNT);
    fresh();
    row.records = 2;
    CHECK_TEXT(message_of(BYTES, &row),
               "file \"logs/13010042.bin\": header at 24: record count \"3\" where the manifest has \"2\"",
               "refuses_another_count_than_the_manifest");
    row = sample_row(COUNT);
    row.amount_fen = 299;
    CHECK_TEXT(
        message_of(BYTES, &row),
        "file \"logs/13010042.bin\": header at 28: sum of amounts \"300\" where the manifest has \"299\"",
        "refuses_another_amount_than_the_manifest");
    row = sample_row(COUNT);
    row.last_seq = 9;
    CHECK_TEXT(message_of(BYTES, &row),
               "file \"logs/13010042.bin\": header at 40: last sequence \"3\" where the manifest has \"9\"",
               "refuses_another_range_than_the_manifest");
}

static void sums_records_as_they_lie(void)
{
    struct manifest_row row = sample_row(COUNT);
    fresh();
    sample_put(sample + 64 + 22, 50, 4); /* the first record's CRC is wrong now */
    row.amount_fen = 250;
    sample_header(sample, COUNT);
    CHECK_TEXT(message_of(BYTES, &row), "good", "a_record_whose_crc_is_wrong_counts_in_the_sum");
    fresh();
    sample_put(sample + 64 + 2, 0, 4);
    sample_header(sample, COUNT);
    row = sample_row(COUNT);
    row.first_seq = 0;
    CHECK_TEXT(message_of(BYTES, &row), "good", "a_sequence_of_0_counts_in_the_range");
}

static struct record decoded;

/* Decodes the sample's first record after a change that is signed again. */
static int fault_with(int at, uint64_t value, int bytes)
{
    struct pos_bin log = {.records = sample + 64, .count = COUNT, .epoch = 1, .device_no = 13010042};
    sample_record(sample + 64, 1);
    sample_put(sample + 64 + at, value, bytes);
    sample_sign(sample + 64);
    pos_bin_decode(&log, 0, &decoded);
    return decoded.malformed;
}

static void decodes_a_record(void)
{
    CHECK_INT(fault_with(0, 6, 1), MALFORMED_NOT, "a_good_purchase_is_not_malformed");
    CHECK_INT(decoded.card_no, INT64_C(382016122100001003), "reads_the_card");
    char stamp[DATE_STAMP_BYTES];
    date_format_stamp(decoded.occurred_at, stamp);
    CHECK_TEXT(stamp, "2024-03-01 12:15:30", "reads_the_time");
    CHECK(decoded.device_no == 13010042 && decoded.device_seq == 1 && decoded.epoch == 1,
          "reads_the_sequence");
    CHECK(decoded.before_fen == 1000 && decoded.amount_fen == 100 && decoded.after_fen == 900,
          "reads_the_amounts");
    CHECK(decoded.psam_seq == 5 && decoded.counter == 2 && decoded.meal_code == 2, "reads_the_counters");
    CHECK(decoded.kind == RECORD_PURCHASE && decoded.mark == 0 && decoded.key == 0x15,
          "reads_kind_mark_and_key");
    CHECK(memcmp(decoded.tac, "\x7E\xA2\x82\x3B", 4) == 0, "reads_the_tac");
    CHECK(decoded.list_version == 20240229 && decoded.record_no == 1, "reads_the_list_version");
    CHECK(decoded.card_index == UINT32_MAX, "no_table_is_met_yet");
}

static void decodes_every_kind(void)
{
    CHECK_INT(fault_with(0, 0x09, 1), MALFORMED_NOT, "decodes_a_compound_purchase");
    CHECK_INT(fault_with(0, 0xDB, 1), MALFORMED_NOT, "decodes_a_subsidy_draw");
    CHECK_INT(fault_with(0, 0x02, 1), MALFORMED_NOT, "decodes_a_load_without_serial");
    CHECK_INT(fault_with(1, 0x01, 1), MALFORMED_NOT, "decodes_a_gray_purchase");
    CHECK_INT(fault_with(41, 0xF0, 1), MALFORMED_NOT, "decodes_a_purchase_of_an_m1_card");
    sample_record(sample + 64, 1);
    sample[64] = 0x02;
    sample_put(sample + 64 + 56, 99999999, 4);
    sample_sign(sample + 64);
    struct pos_bin log = {.records = sample + 64, .count = 1};
    pos_bin_decode(&log, 0, &decoded);
    CHECK(decoded.malformed == MALFORMED_NOT && decoded.reference == 99999999,
          "decodes_a_load_with_its_serial");
    sample_put(sample + 64 + 56, 100000000, 4);
    sample_sign(sample + 64);
    pos_bin_decode(&log, 0, &decoded);
    CHECK_INT(decoded.malformed, MALFORMED_FIELD, "a_serial_of_9_digits_is_malformed");
    sample_record(sample + 64, 1);
    sample[64] = 0xFE;
    sample_put(sample + 64 + 42, 0, 4);
    sample_put(sample + 64 + 46, 77, 4);
    sample_sign(sample + 64);
    pos_bin_decode(&log, 0, &decoded);
    CHECK(decoded.malformed == MALFORMED_NOT && decoded.reference == 77, "decodes_a_reversal");
    sample_put(sample + 64 + 42, 1, 4);
    sample_sign(sample + 64);
    pos_bin_decode(&log, 0, &decoded);
    CHECK_INT(decoded.malformed, MALFORMED_REVERSAL, "a_reversal_with_a_tac_is_malformed");
    sample_put(sample + 64 + 42, 0, 8);
    sample_sign(sample + 64);
    pos_bin_decode(&log, 0, &decoded);
    CHECK_INT(decoded.malformed, MALFORMED_REVERSAL, "a_reversal_without_reference_is_malformed");
}

static void finds_what_is_malformed(void)
{
    CHECK_INT(fault_with(0, 0x07, 1), MALFORMED_KIND, "a_kind_not_defined_is_malformed");
    CHECK_INT(fault_with(1, 0x02, 1), MALFORMED_MARK, "a_mark_not_defined_is_malformed");
    CHECK_INT(fault_with(0, 0x0201, 2), MALFORMED_MARK, "a_gray_load_is_malformed");
    CHECK_INT(fault_with(0, 0xDB01, 2), MALFORMED_MARK, "a_gray_subsidy_draw_is_malformed");
    CHECK_INT(fault_with(0, 0xFE01, 2), MALFORMED_MARK, "a_gray_reversal_is_malformed");
    CHECK_INT(fault_with(41, 0x20, 1), MALFORMED_KEY, "a_key_nibble_2_is_malformed");
    CHECK_INT(fault_with(41, 0xE0, 1), MALFORMED_KEY, "a_key_nibble_14_is_malformed");
    CHECK_INT(fault_with(2, 0, 4), MALFORMED_SEQUENCE, "sequence_0_is_malformed");
    CHECK_INT(fault_with(16, 0, 2), MALFORMED_COUNTER, "counter_0_is_malformed");
    CHECK_INT(fault_with(6, 0x01, 1), MALFORMED_CARD, "a_card_of_20_digits_is_malformed");
    CHECK_INT(fault_with(15, 0x04, 1), MALFORMED_CARD, "a_wrong_luhn_digit_is_malformed");
    CHECK_INT(decoded.card_no, 0, "a_malformed_card_is_no_number");
    CHECK_INT(fault_with(8, 0xA0, 1), MALFORMED_CARD, "a_nibble_above_9_is_malformed");
    CHECK_INT(fault_with(34, 0x20240230, 4), MALFORMED_TIME, "a_30th_of_february_is_malformed");
    CHECK_INT(fault_with(34, 0x2024030F, 4), MALFORMED_TIME, "a_date_that_is_no_bcd_is_malformed");
    CHECK_INT(fault_with(38, 0x240000, 3), MALFORMED_TIME, "hour_24_is_malformed");
    CHECK_INT(fault_with(38, 0x235960, 3), MALFORMED_TIME, "second_60_is_malformed");
    CHECK(decoded.occurred_at == DATE_NO_MOMENT, "a_malformed_time_is_no_moment");
    CHECK_INT(fault_with(22, 0, 4), MALFORMED_AMOUNT, "amount_0_is_malformed");
    CHECK_INT(fault_with(46, 1, 4), MALFORMED_ZERO, "a_purchase_with_a_reference_is_malformed");
    CHECK_INT(fault_with(56, 1, 4), MALFORMED_ZERO, "a_purchase_with_a_serial_is_malformed");
    sample_record(sample + 64, 1);
    sample[64 + 60] ^= 1;
    struct pos_bin log = {.records = sample + 64, .count = 1};
    pos_bin_decode(&log, 0, &decoded);
    CHECK(decoded.malformed == MALFORMED_CRC && decoded.amount_fen == 100 && decoded.device_seq == 1,
          "a_record_whose_crc_differs_keeps_its_numbers");
}

static uint64_t digest_with(struct crypto_hash *hash, int at, uint8_t change)
{
    struct err e;
    uint64_t digest = 0;
    struct pos_bin log = {.records = sample + 64, .count = COUNT};
    sample_record(sample + 64, 1);
    sample[64 + at] ^= change;
    CHECK(pos_bin_digest(hash, &log, 0, &digest, &e), "a_record_has_a_digest");
    return digest;
}

static void digests_tell_content_apart(void)
{
    struct err e;
    struct crypto_hash *hash = NULL;
    uint8_t sha256[CRYPTO_SHA256_BYTES];
    CHECK(crypto_hash_open(&hash, &e), "a_hash_opens");
    uint64_t plain = digest_with(hash, 0, 0);
    CHECK(crypto_sha256(sample + 64, 60, sha256, &e), "the_record_has_a_sha256");
    uint64_t wanted = 0;
    for (int i = 0; i < 8; i++)
        wanted = wanted << 8 | sha256[i];
    CHECK(plain == wanted, "the_digest_is_the_first_64_bits_of_sha256");
    CHECK(digest_with(hash, 0, 0) == plain, "the_same_content_has_the_same_digest");
    CHECK(digest_with(hash, 60, 1) == plain, "the_crc_is_no_content");
    for (int at = 0; at < 60; at++)
        CHECK(digest_with(hash, at, 0x80) != plain, "any_other_byte_is_content");
    crypto_hash_close(hash);
}

int main(void)
{
    opens_a_good_log();
    opens_an_empty_log();
    refuses_a_wrong_header();
    refuses_a_damaged_file();
    refuses_what_the_manifest_denies();
    sums_records_as_they_lie();
    decodes_a_record();
    decodes_every_kind();
    finds_what_is_malformed();
    digests_tell_content_apart();
    return tap_end();
}
