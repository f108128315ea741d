/* The requests to a bank: what is written to the byte (tests/golden/pain008 and pain001, which tests/golden/test_schemas.py holds
 * against the official schemas), what is refused, and how much memory it takes. */
#include <stdlib.h>

#include "base/date.h"
#include "formats/pain001.h"
#include "formats/pain008.h"
#include "tests/unit/golden.h"

static struct arena *arena;
static struct pain_writer writer;
static struct err e;

struct pieces {
    struct buf text;
    size_t bytes, largest, refused_after;
};
static struct pieces made;

static bool take(void *context, const char *bytes, size_t length, struct err *error)
{
    struct pieces *pieces = context;
    pieces->bytes += length;
    pieces->largest = length > pieces->largest ? length : pieces->largest;
    if (pieces->refused_after > 0 && pieces->bytes > pieces->refused_after)
        return err_set(error, ERR_DISK, "no room");
    if (pieces->text.maximum > 0)
        buf_add(&pieces->text, bytes, length);
    return true;
}

static struct pain_head head_of(int64_t count, int64_t amount_fen)
{
    struct pain_head head = {.message_id = str_of("0001D202603020001"), .count = count, .amount_fen = amount_fen,
                             .name = str_of("市教育局 <A&B>"), .account = str_of("1302010109000000001"), .bank = str_of("0001")};
    ALWAYS(date_parse_iso(str_of("2026-03-02T23:05:09+08:00"), &head.created_at));
    ALWAYS(date_parse(str_of("2026-03-03"), &head.day));
    return head;
}

static struct pain008_debit debit_of(uint32_t serial, int64_t amount_fen)
{
    return (struct pain008_debit){.serial = serial, .amount_fen = amount_fen, .agreement_no = str_of("A20260001"),
                                  .signed_on = DATE_NO_DAY, .name = str_of("张三"), .account = str_of("6222020200112233"),
                                  .bank = str_of("0001"), .remittance = str_of("370102010000000011")};
}

static struct pain001_payment payment_of(int64_t payment_no, int64_t amount_fen)
{
    return (struct pain001_payment){.payment_no = payment_no, .amount_fen = amount_fen, .name = str_of("第一食堂"),
                                    .account = str_of("1302010109000000777"), .bank = str_of("102100099996"),
                                    .remittance = str_of("213700000110001 2026-W10")};
}

static void begin(void)
{
    buf_reset(&made.text);
    made.bytes = made.largest = made.refused_after = 0;
}

static void check_golden(const char *path)
{
    CHECK_TEXT(made.text.data, golden_read(arena, path).data, path);
}

static void writes_debits(void)
{
    struct pain_head head = head_of(3, 10000000501);
    struct pain008_debit full = debit_of(1, 1), least = debit_of(2, 500), dear = debit_of(99999999, 10000000000);
    ALWAYS(date_parse(str_of("2025-09-01"), &full.signed_on));
    full.name = str_of("𠮷 \"O'Neil\" ]]> & <Söhne>");
    full.account = str_of("DE89370400440532013000");
    least.name = least.bank = least.remittance = str_of("");
    dear.bank = str_of("BKCHCNBJ");
    dear.agreement_no = str_of("12345678901234567890123456789012345");
    begin();
    CHECK(pain008_open(&writer, &head, take, &made, &e) && pain008_add(&writer, &full, &e) && pain008_add(&writer, &least, &e) &&
              pain008_add(&writer, &dear, &e) && pain_close(&writer, &e),
          "debits_are_written");
    check_golden("tests/golden/pain008/debits.xml");
}

static void writes_payments(void)
{
    struct pain_head head = head_of(3, 60);
    struct pain001_payment full = payment_of(1, 10), least = payment_of(INT64_MAX, 20), named = payment_of(3, 30);
    head.message_id = str_of("0001P202603020001");
    head.name = head.bank = str_of("");
    least.bank = least.remittance = least.name = str_of("");
    named.bank = str_of("中国银行济南分行");
    begin();
    CHECK(pain001_open(&writer, &head, take, &made, &e) && pain001_add(&writer, &full, &e) &&
              pain001_add(&writer, &least, &e) && pain001_add(&writer, &named, &e) && pain_close(&writer, &e),
          "payments_are_written");
    check_golden("tests/golden/pain001/payments.xml");
}

/* A text of so many characters of three bytes. */
static struct str many(size_t characters)
{
    char *text = arena_alloc(arena, 3 * characters + 1, &e);
    ALWAYS(text);
    for (size_t i = 0; i < characters; i++)
        memcpy(text + 3 * i, "长", 3);
    return (struct str){text, 3 * characters};
}

static void cuts_names_between_characters(void)
{
    struct pain_head head = head_of(1, 1);
    struct pain008_debit debit = debit_of(1, 1);
    char wanted[512] = "<Nm>";
    debit.name = many(141);
    strncat(wanted, many(140).data, 420);
    strcat(wanted, "</Nm>");
    begin();
    CHECK(pain008_open(&writer, &head, take, &made, &e) && pain008_add(&writer, &debit, &e) && pain_close(&writer, &e) &&
              strstr(made.text.data, wanted),
          "a_name_is_cut_to_140_characters_and_not_bytes");
}

static const char *refusal_of(const struct pain008_debit *debit)
{
    struct pain_head head = head_of(1, 1);
    begin();
    ALWAYS(pain008_open(&writer, &head, take, &made, &e));
    return pain008_add(&writer, debit, &e) ? "taken" : e.message;
}

static void refuses_texts(void)
{
    struct pain008_debit debit = debit_of(1, 1);
    debit.agreement_no = many(36);
    CHECK_TEXT(refusal_of(&debit),
               "row 1: MndtId: \"长长长长长长长长长长长长长长长长长长长长长...\" has 36 characters where 35 are the most",
               "an_agreement_number_that_is_too_long_is_refused");
    debit = debit_of(1, 1);
    debit.account = str_of("");
    CHECK_TEXT(refusal_of(&debit), "row 1: DbtrAcct: Id: it is empty", "an_empty_account_is_refused");
    debit.account = many(35);
    CHECK(strstr(refusal_of(&debit), "row 1: DbtrAcct: Id: ") && e.kind == ERR_INPUT, "a_long_account_is_refused");
    debit = debit_of(1, 1);
    debit.name = str_of("a\nb");
    CHECK_TEXT(refusal_of(&debit), "row 1: Dbtr: Nm: \"a?b\" holds U+000A, which no file to a bank may hold",
               "a_line_end_in_a_name_is_refused");
    debit.name = str_of("\xEF\xBF\xBF");
    CHECK(strstr(refusal_of(&debit), "holds U+FFFF"), "what_is_no_character_of_xml_is_refused");
    debit.name = str_of("\xD5\xC5");
    CHECK(strstr(refusal_of(&debit), "is not utf-8"), "what_is_not_utf_8_is_refused");
    debit = debit_of(1, 1);
    debit.remittance = str_of("\x01");
    CHECK_TEXT(refusal_of(&debit), "row 1: Ustrd: \"?\" holds U+0001, which no file to a bank may hold",
               "a_control_character_in_a_remittance_is_refused");
    struct pain_head head = head_of(1, 1);
    head.message_id = many(36);
    CHECK(!pain008_open(&writer, &head, take, &made, &e) && strstr(e.message, "MsgId: ") == e.message,
          "a_message_id_that_is_too_long_is_refused");
}

static bool writes(int64_t count, int64_t amount_fen, const int64_t *amounts, size_t amount_count)
{
    struct pain_head head = head_of(count, amount_fen);
    begin();
    bool done = pain008_open(&writer, &head, take, &made, &e);
    for (size_t i = 0; done && i < amount_count; i++) {
        struct pain008_debit debit = debit_of((uint32_t)i + 1, amounts[i]);
        done = pain008_add(&writer, &debit, &e);
    }
    return done && pain_close(&writer, &e);
}

static void holds_rows_against_the_header(void)
{
    static const int64_t amounts[] = {100, 200};
    struct pain008_debit none = debit_of(0, 1), high = debit_of(100000000, 1);
    CHECK(writes(2, 300, amounts, 2), "rows_that_make_the_header_are_taken");
    CHECK(!writes(3, 300, amounts, 2) && e.kind == ERR_BUG, "a_row_missing_is_a_bug");
    CHECK(!writes(1, 100, amounts, 2) && e.kind == ERR_BUG, "a_row_too_many_is_a_bug");
    CHECK(!writes(2, 301, amounts, 2) && e.kind == ERR_BUG, "a_sum_not_reached_is_a_bug");
    CHECK(!writes(2, 299, amounts, 2) && e.kind == ERR_BUG, "a_sum_exceeded_is_a_bug");
    CHECK(!writes(100001, 100001, amounts, 0) && e.kind == ERR_BUG, "more_than_100000_rows_are_a_bug");
    CHECK(!writes(0, 0, amounts, 0) && e.kind == ERR_BUG, "a_message_without_rows_is_a_bug");
    CHECK(!writes(2, 300, (const int64_t[]){300, 0}, 2) && e.kind == ERR_BUG, "a_row_of_nothing_is_a_bug");
    (void)refusal_of(&none);
    CHECK(e.kind == ERR_BUG, "a_serial_of_0_is_a_bug");
    (void)refusal_of(&high);
    CHECK(e.kind == ERR_BUG, "a_serial_of_9_digits_is_a_bug");
}

static void streams(void)
{
    enum { ROWS = 20000 };
    struct pain_head head = head_of(ROWS, ROWS);
    struct pain008_debit debit = debit_of(1, 1);
    made.text.maximum = 0;
    begin();
    bool done = pain008_open(&writer, &head, take, &made, &e);
    for (uint32_t i = 1; done && i <= ROWS; i++) {
        debit.serial = i;
        done = pain008_add(&writer, &debit, &e);
    }
    CHECK(done && pain_close(&writer, &e) && made.bytes > 10u << 20 && made.largest <= OUT_PIECE_BYTES,
          "many_rows_go_out_in_pieces_of_64_kib");
    begin();
    made.refused_after = 100000;
    done = pain008_open(&writer, &head, take, &made, &e);
    for (uint32_t i = 1; done && i <= ROWS; i++)
        done = pain008_add(&writer, &debit, &e);
    CHECK(!done && e.kind == ERR_DISK, "what_the_sink_says_ends_the_writing");
    CHECK_TEXT(e.message, "no room", "and_its_message_is_left_as_it_is");
}

int main(void)
{
    ALWAYS(arena_open(&arena, 16 << 20, &e));
    buf_open(&made.text, 1 << 20);
    writes_debits();
    writes_payments();
    cuts_names_between_characters();
    refuses_texts();
    holds_rows_against_the_header();
    streams();
    buf_close(&made.text);
    arena_close(arena);
    return tap_end();
}
