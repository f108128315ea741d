#include "formats/iso_value.h"

#include "base/date.h"
#include "formats/iso_read.h"
#include "tests/unit/tap.h"

static struct err e;

static int64_t amount(const char *text)
{
    int64_t fen = 0;
    return iso_amount(str_of(text), &fen, &e) ? fen : -1;
}

static const char *refusal(const char *text)
{
    int64_t fen = 0;
    return iso_amount(str_of(text), &fen, &e) ? "taken" : e.message;
}

static void reads_amounts(void)
{
    CHECK_INT(amount("12.5"), 1250, "one_decimal_is_tens_of_fen");
    CHECK_INT(amount("12.05000"), 1205, "zeros_behind_two_decimals_are_taken");
    CHECK_INT(amount("+0012"), 1200, "a_plus_and_leading_zeros_are_taken");
    CHECK_INT(amount(".5") + amount("5."), 550, "either_side_of_the_point_may_be_empty");
    CHECK_INT(amount("-0.00"), 0, "minus_nothing_is_nothing");
    CHECK_INT(amount("9999999999999.99"), ISO_AMOUNT_MAX_FEN, "the_largest_amount_is_taken");
    CHECK_TEXT(refusal("10000000000000"), "\"10000000000000\" is more than an amount can be", "one_more_is_not");
    CHECK_TEXT(refusal("1.001"), "\"1.001\" has more than two decimals", "a_tenth_of_a_fen_is_refused");
    CHECK_TEXT(refusal("-1"), "\"-1\" is negative", "a_negative_amount_is_refused");
    CHECK_TEXT(refusal("1,000.00"), "\"1,000.00\" is not an amount, as 12.50", "separators_are_refused");
    CHECK(amount("") + amount(".") + amount("+") + amount("1e2") + amount(" 1") + amount("1.2.3") + amount("--1") + amount("NaN") +
                  amount("1.-5") ==
              -9,
          "what_is_no_decimal_is_refused");
}

static int64_t moment(const char *text)
{
    int64_t found = 0;
    return iso_moment(str_of(text), &found) ? found : -1;
}

static void reads_times(void)
{
    int64_t noon = 0;
    int32_t day = 0, wanted = 0;
    ALWAYS(date_parse_iso(str_of("2026-03-03T12:00:00+08:00"), &noon));
    CHECK_INT(moment("2026-03-03T12:00:00"), noon, "a_time_without_zone_is_of_shanghai");
    CHECK_INT(moment("2026-03-03T04:00:00Z"), noon, "greenwich_is_eight_hours_behind");
    CHECK_INT(moment("2026-03-02T22:30:00.999-05:30"), noon, "other_zones_are_counted_in_and_fractions_dropped");
    CHECK_INT(moment("2026-03-03T24:00:00"), noon + 12 * 3600, "the_end_of_a_day_is_24_00");
    CHECK(moment("2026-03-03T24:00:01") + moment("2026-03-03T23:60:00") + moment("2026-03-03") + moment("2026-03-03 12:00:00") +
                  moment("2026-03-03T12:00:00.") + moment("2026-03-03T12:00:00+8:00") + moment("2026-03-03T12:00:00+15:00") +
                  moment("2026-02-29T12:00:00") ==
              -8,
          "what_is_no_time_is_refused");
    ALWAYS(date_parse(str_of("2026-03-03"), &wanted));
    CHECK(iso_day(str_of("2026-03-03"), &day) && day == wanted, "a_day_is_read");
    CHECK(iso_day(str_of("2026-03-03-05:00"), &day) && day == wanted, "a_zone_behind_a_day_does_not_move_it");
    CHECK(!iso_day(str_of("2026-03-03T"), &day) && !iso_day(str_of("2026-3-3"), &day) && !iso_day(str_of(""), &day),
          "what_is_no_day_is_refused");
}

static void tells_numbers_of_banks(void)
{
    CHECK(iso_is_iban(str_of("DE89370400440532013000")) && iso_is_iban(str_of("GB82WEST12345698765432")),
          "an_iban_is_one_by_its_check_digits");
    CHECK(!iso_is_iban(str_of("DE88370400440532013000")) && !iso_is_iban(str_of("6222020200112233")) && !iso_is_iban(str_of("")),
          "other_account_numbers_are_none");
    CHECK(iso_is_bic(str_of("BKCHCNBJ")) && iso_is_bic(str_of("BKCHCNBJ51A")), "a_bic_has_8_or_11_characters");
    CHECK(!iso_is_bic(str_of("BKCHC1BJ")) && !iso_is_bic(str_of("bkchcnbj")) && !iso_is_bic(str_of("102100099996")),
          "other_numbers_are_none");
}

static void tells_which_message_it_is(void)
{
    char space[ISO_SPACE_BYTES];
    CHECK(iso_root_space("x", str_of("<?xml version='1.0'?><a:Document xmlns:a='urn:x'><a:B>"), space, &e) &&
              strcmp(space, "urn:x") == 0,
          "a_message_is_told_by_the_namespace_of_its_root_alone");
    CHECK(iso_root_space("x", str_of("<a/>"), space, &e) && space[0] == '\0', "a_root_may_have_none");
    CHECK(!iso_root_space("x", str_of("H|0001|"), space, &e) && e.kind == ERR_INPUT, "what_is_no_xml_is_refused");
    CHECK(!iso_root_space("x", str_of("<!DOCTYPE a><a/>"), space, &e), "and_what_has_a_document_type");
}

int main(void)
{
    reads_amounts();
    reads_times();
    tells_numbers_of_banks();
    tells_which_message_it_is();
    return tap_end();
}
