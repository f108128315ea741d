/* The flags, accounting dates and meals of accepted records (RULES.md 1, 3 and 5), without a database. */
#include "tests/unit/ledger/judge_sample.h"

static struct sample s;

/* ---- one row per flag: what is changed before Ann's purchase at the terminal of school A is judged */

static void nothing(struct record *r)
{
    (void)r;
}

static void move_to_strange_terminal(struct record *r)
{
    r->file_index = FILE_STRANGE;
    r->device_no = s.devices[FILE_STRANGE].device_no;
}
static void begin_terminal_tomorrow(struct record *r)
{
    (void)r;
    s.terminals[0].valid_from = SAMPLE_OPEN_DATE + 1;
}
static void begin_terminal_today(struct record *r)
{
    (void)r;
    s.terminals[0].valid_from = SAMPLE_OPEN_DATE;
}
static void end_terminal_yesterday(struct record *r)
{
    (void)r;
    s.terminals[0].valid_to = SAMPLE_OPEN_DATE - 1;
}
static void end_terminal_today(struct record *r)
{
    (void)r;
    s.terminals[0].valid_to = SAMPLE_OPEN_DATE;
}
static void give_terminal_to_b(struct record *r)
{
    (void)r;
    s.terminals[0].school_code = school_b;
}
static void forget_merchant(struct record *r)
{
    (void)r;
    s.terminals[0].merchant_no = merchant_a + 5;
}
static void take_merchant_away(struct record *r)
{
    (void)r;
    s.terminals[0].merchant_no = 0;
}
static void load_without_merchant(struct record *r)
{
    take_merchant_away(r);
    r->kind = RECORD_LOAD;
    sample_amount(r, 0, 500);
}
static void use_strange_card(struct record *r)
{
    sample_use_card(&s, r, CARD_STRANGE);
}

static struct card *ann(void)
{
    return &s.cards[CARD_ANN];
}

/* A row of loss of Ann's, in order of time. */
static void report(enum loss_kind kind, int64_t effective_at)
{
    s.losses[ann()->loss_count++] = (struct loss){.effective_at = effective_at, .kind = (int)kind};
}
static void open_closed(struct record *r)
{
    (void)r;
    ann()->status = CARD_CLOSED;
}
static void open_frozen(struct record *r)
{
    (void)r;
    ann()->status = CARD_FROZEN;
}
static void close_before(struct record *r)
{
    report(LOSS_CLOSED, r->occurred_at - 1);
}
static void close_after(struct record *r)
{
    report(LOSS_CLOSED, r->occurred_at + 1);
}
static void expire_yesterday(struct record *r)
{
    (void)r;
    ann()->expires_on = SAMPLE_OPEN_DATE - 1;
}
static void expire_today(struct record *r)
{
    (void)r;
    ann()->expires_on = SAMPLE_OPEN_DATE;
}
static void lose_before(struct record *r)
{
    report(LOSS_LOST, r->occurred_at - 1);
}
static void lose_at_that_second(struct record *r)
{
    report(LOSS_LOST, r->occurred_at);
}
static void lose_after(struct record *r)
{
    report(LOSS_LOST, r->occurred_at + 1);
}
static void lose_and_find(struct record *r)
{
    report(LOSS_LOST, r->occurred_at - 10);
    report(LOSS_FOUND, r->occurred_at - 5);
}
static void lose_find_and_lose(struct record *r)
{
    lose_and_find(r);
    report(LOSS_LOST, r->occurred_at - 1);
}
static void lose_and_find_after(struct record *r)
{
    report(LOSS_LOST, r->occurred_at - 10);
    report(LOSS_FOUND, r->occurred_at + 1);
}
static void open_lost(struct record *r)
{
    (void)r;
    ann()->status = CARD_LOST;
}
static void open_lost_and_find(struct record *r)
{
    open_lost(r);
    report(LOSS_FOUND, r->occurred_at);
}
static void report_bad(struct record *r)
{
    report(LOSS_BAD, r->occurred_at - 1);
}
static void lose_and_close(struct record *r)
{
    report(LOSS_LOST, r->occurred_at - 10);
    report(LOSS_CLOSED, r->occurred_at - 5);
}
static void load_of_lost(struct record *r)
{
    lose_before(r);
    r->kind = RECORD_LOAD;
    sample_amount(r, 0, 500);
}
static void ten_minutes_after(struct record *r)
{
    r->occurred_at = s.batch.packages[0].made_at + 600;
}
static void past_ten_minutes_after(struct record *r)
{
    r->occurred_at = s.batch.packages[0].made_at + 601;
}
static void days_before(struct record *r)
{
    r->occurred_at = s.batch.packages[0].made_at - INT64_C(180) * 86400;
}
static void past_days_before(struct record *r)
{
    days_before(r);
    r->occurred_at--;
}
static void with_its_package_ahead(struct record *r)
{
    r->occurred_at += INT64_C(181) * 86400;
    s.batch.packages[0].made_at = r->occurred_at;
}
static void in_another_century(struct record *r)
{
    r->occurred_at += INT64_C(3650000) * 86400;
}
static void bad_time_before_terminal(struct record *r)
{
    past_days_before(r);
    s.terminals[0].valid_from = SAMPLE_OPEN_DATE;
}
static void single_at_limit(struct record *r)
{
    sample_amount(r, 20000, 20000);
}
static void single_above_limit(struct record *r)
{
    sample_amount(r, 20001, 20001);
}
static void single_above_class_limit(struct record *r)
{
    s.rules.single_fen[1] = 499;
    sample_amount(r, 500, 500);
}
static void single_below_limit_of_class(struct record *r)
{
    s.rules.single_fen[ann()->card_class] = 30000;
    sample_amount(r, 30000, 30000);
}
static void load_above_limit(struct record *r)
{
    r->kind = RECORD_LOAD;
    sample_amount(r, 0, 100000);
}
static void strange_card_above_limit(struct record *r)
{
    use_strange_card(r);
    s.rules.single_fen[1] = 30000;
    sample_amount(r, 30000, 30000);
}
static void refuse_class(struct record *r)
{
    (void)r;
    s.terminals[0].classes[0] = UINT64_MAX & ~UINT64_C(2);
}
static void refuse_high_class(struct record *r)
{
    (void)r;
    ann()->card_class = 120;
    s.terminals[0].classes[1] = UINT64_MAX & ~(UINT64_C(1) << (120 - 64));
}
static void refuse_class_of_load(struct record *r)
{
    refuse_class(r);
    r->kind = RECORD_LOAD;
    sample_amount(r, 0, 500);
}
static void refuse_class_of_strange_card(struct record *r)
{
    s.terminals[0].classes[0] = 0;
    use_strange_card(r);
}
static void refuse_class_elsewhere(struct record *r)
{
    refuse_class(r);
    give_terminal_to_b(r);
}
static void yesterday(struct record *r)
{
    r->occurred_at -= 86400;
}
static void before_midnight(struct record *r)
{
    r->occurred_at = sample_moment(0, 0, 0, 0) - 1;
}
static void m1_chip(struct record *r)
{
    ann()->chip = CHIP_M1;
    r->tac_state = TAC_ABSENT;
    r->key = RECORD_KEY_NONE;
}
static void m1_chip_with_key(struct record *r)
{
    ann()->chip = CHIP_M1;
    r->tac_state = TAC_DIFFERS;
}
static void everything(struct record *r)
{
    give_terminal_to_b(r);
    lose_and_close(r);
    sample_amount(r, 60000, 60000);
    refuse_class(r);
    past_days_before(r);
    for (int i = 0; i < 2; i++)
        s.losses[i].effective_at = r->occurred_at - 2 + i;
}

static const struct {
    const char *fact;
    void (*change)(struct record *r);
    unsigned wanted;
} flag_rows[] = {
    {"R-10 a plain purchase has no flag", nothing, 0},
    {"R-10 a terminal not on file is unknown_terminal", move_to_strange_terminal, FLAG_UNKNOWN_TERMINAL},
    {"R-10 a terminal before its first day is unknown_terminal", begin_terminal_tomorrow, FLAG_UNKNOWN_TERMINAL},
    {"R-10 a terminal is known on its first day", begin_terminal_today, 0},
    {"R-10 a terminal after its last day is unknown_terminal", end_terminal_yesterday, FLAG_UNKNOWN_TERMINAL},
    {"R-10 a terminal is known on its last day", end_terminal_today, 0},
    {"R-10 a terminal of another school than the package's is unknown_terminal", give_terminal_to_b,
     FLAG_UNKNOWN_TERMINAL},
    {"R-10 a purchase whose merchant is not on file is unknown_terminal", forget_merchant, FLAG_UNKNOWN_TERMINAL},
    {"R-10 a purchase at a terminal without a merchant is unknown_terminal", take_merchant_away,
     FLAG_UNKNOWN_TERMINAL},
    {"R-10 a load needs no merchant", load_without_merchant, 0},
    {"R-10 a card not on file is unknown_card", use_strange_card, FLAG_UNKNOWN_CARD},
    {"R-10 a card closed from the beginning is card_not_valid", open_closed, FLAG_CARD_NOT_VALID},
    {"R-10 a frozen card's records are plain", open_frozen, 0},
    {"R-10 a card closed before is card_not_valid", close_before, FLAG_CARD_NOT_VALID},
    {"R-10 a card closed after is valid", close_after, 0},
    {"R-10 the day after expires_on a card is card_not_valid", expire_yesterday, FLAG_CARD_NOT_VALID},
    {"R-10 on expires_on a card is valid", expire_today, 0},
    {"R-10 a purchase after the loss report is blacklisted", lose_before, FLAG_BLACKLISTED},
    {"RULES 1 at the second of effective_at is after the loss report", lose_at_that_second, FLAG_BLACKLISTED},
    {"RULES 1 before effective_at the card is not lost", lose_after, 0},
    {"RULES 1 a found card is not lost", lose_and_find, 0},
    {"RULES 1 a card found once may be lost again", lose_find_and_lose, FLAG_BLACKLISTED},
    {"RULES 1 a card stays lost until it is found", lose_and_find_after, FLAG_BLACKLISTED},
    {"RULES 1 opening status lost counts as reported before everything", open_lost, FLAG_BLACKLISTED},
    {"RULES 1 a card lost from the beginning may be found", open_lost_and_find, 0},
    {"RULES 1 the records of a bad card are plain", report_bad, 0},
    {"RULES 1 a lost card that is closed is both", lose_and_close, FLAG_BLACKLISTED | FLAG_CARD_NOT_VALID},
    {"R-10 only a purchase is blacklisted", load_of_lost, 0},
    {"R-10 ten minutes after the package's time is still good", ten_minutes_after, 0},
    {"R-10 more than ten minutes after the package's time is bad_time", past_ten_minutes_after, FLAG_BAD_TIME},
    {"R-10 180 days before the package's time is only late", days_before, FLAG_LATE},
    {"R-10 more than 180 days before is bad_time", past_days_before, FLAG_BAD_TIME | FLAG_LATE},
    {"R-10 more than 180 days after the open date is bad_time, with its package too", with_its_package_ahead, FLAG_BAD_TIME},
    {"R-10 a clock in another age is bad_time, and its card long expired", in_another_century,
     FLAG_BAD_TIME | FLAG_CARD_NOT_VALID},
    {"RULES 1 the terminal of a bad_time record is read as of the open date", bad_time_before_terminal,
     FLAG_BAD_TIME | FLAG_LATE},
    {"R-10 200 yuan at once are within the limit", single_at_limit, 0},
    {"R-10 more than 200 yuan at once are over_limit", single_above_limit, FLAG_OVER_LIMIT},
    {"R-10 a class may have a lower limit", single_above_class_limit, FLAG_OVER_LIMIT},
    {"R-10 a class may have a higher limit", single_below_limit_of_class, 0},
    {"R-10 a load has no limit", load_above_limit, 0},
    {"R-10 a card not on file has no class to raise its limit", strange_card_above_limit,
     FLAG_UNKNOWN_CARD | FLAG_OVER_LIMIT},
    {"R-10 a class that the terminal does not take is class_refused", refuse_class, FLAG_CLASS_REFUSED},
    {"R-10 classes above 64 are refused too", refuse_high_class, FLAG_CLASS_REFUSED},
    {"R-10 only a purchase is class_refused", refuse_class_of_load, 0},
    {"R-10 a card not on file has no class to be refused", refuse_class_of_strange_card, FLAG_UNKNOWN_CARD},
    {"R-10 the classes are the terminal's, also where it is another school's", refuse_class_elsewhere,
     FLAG_CLASS_REFUSED | FLAG_UNKNOWN_TERMINAL},
    {"R-10 what occurred on an earlier day is late", yesterday, FLAG_LATE},
    {"R-10 a second before midnight is an earlier day", before_midnight, FLAG_LATE},
    {"FORMATS 4 a record of an m1 chip is counted apart", m1_chip, FLAG_TAC_NONE},
    {"FORMATS 4 an m1 chip is known by the file, not by the record's key", m1_chip_with_key, FLAG_TAC_NONE},
    {"R-10 a record may have many flags", everything,
     FLAG_UNKNOWN_TERMINAL | FLAG_CARD_NOT_VALID | FLAG_BLACKLISTED | FLAG_BAD_TIME | FLAG_OVER_LIMIT |
         FLAG_CLASS_REFUSED | FLAG_LATE},
};

static const struct {
    unsigned flag;
    int verdict;
} exception_of[] = {
    {FLAG_UNKNOWN_TERMINAL, EXCEPTION_UNKNOWN_TERMINAL}, {FLAG_UNKNOWN_CARD, EXCEPTION_UNKNOWN_CARD},
    {FLAG_CARD_NOT_VALID, EXCEPTION_CARD_NOT_VALID},     {FLAG_BLACKLISTED, EXCEPTION_BLACKLISTED},
    {FLAG_BAD_TIME, EXCEPTION_BAD_TIME},                 {FLAG_OVER_LIMIT, EXCEPTION_OVER_LIMIT},
    {FLAG_CLASS_REFUSED, EXCEPTION_CLASS_REFUSED},
};

/* One exception of the same name for each flag that has one, and none beside. */
static bool has_exceptions_of(unsigned flags)
{
    uint32_t count = 0;
    for (size_t i = 0; i < sizeof exception_of / sizeof exception_of[0]; i++) {
        int wanted = (flags & exception_of[i].flag) != 0;
        if (sample_exceptions(&s, exception_of[i].verdict) != wanted)
            return false;
        count += (uint32_t)wanted;
    }
    return s.judge.exceptions.count == count;
}

static void test_flags(void)
{
    for (size_t i = 0; i < sizeof flag_rows / sizeof flag_rows[0]; i++) {
        sample_open(&s);
        struct record *r = sample_add(&s, FILE_A);
        flag_rows[i].change(r);
        s.cards[CARD_ANN].tail.after_fen = r->before_fen;
        sample_judge(&s);
        bool passed = CHECK(r->verdict == VERDICT_ACCEPTED && r->flags == flag_rows[i].wanted &&
                                has_exceptions_of(r->flags),
                            flag_rows[i].fact);
        if (!passed)
            printf("#   verdict %d, flags %x, %u exceptions; wanted flags %x\n", r->verdict, r->flags,
                   s.judge.exceptions.count, flag_rows[i].wanted);
        sample_close(&s);
    }
}

/* ---- exceptions say where they come from */

static void test_exception_fields(void)
{
    sample_open(&s);
    sample_add(&s, FILE_B);
    struct record *r = sample_add(&s, FILE_A);
    r->device_seq = 4000000000;
    r->counter = 65535;
    r->record_no = 9;
    sample_amount(r, UINT32_MAX, UINT32_MAX);
    past_days_before(r);
    sample_judge(&s);
    const struct exception *row = NULL;
    for (uint32_t i = 0; i < s.judge.exceptions.count; i++)
        if (s.judge.exceptions.rows[i].verdict == EXCEPTION_BAD_TIME)
            row = &s.judge.exceptions.rows[i];
    ALWAYS(row);
    CHECK_INT(row->school_code, school_a, "R-25 an exception has the school of its package");
    CHECK(row->archive_id == 100 && row->file_no == 1 && row->record_no == 9, "R-25 an exception has its place");
    CHECK(row->device_no == 10000001 && row->epoch == 0 && row->device_seq == 4000000000,
          "R-25 an exception has device, epoch and sequence");
    CHECK(row->counter == 65535 && row->amount_fen == UINT32_MAX && row->occurred_at == r->occurred_at,
          "R-25 an exception has counter, amount and time");
    CHECK_INT(row->accounting_date, SAMPLE_OPEN_DATE, "R-25 the exception of a flag has the record's accounting date");
    CHECK_INT(row->record_id, ledger_run_id_of(&s.run, 1), "R-25 an exception names its record");
    sample_close(&s);
}

/* ---- over_limit: the sum of a card's own day */

static void add_purchase(int days, int hour, int counter, uint32_t amount_fen)
{
    struct record *r = sample_add(&s, FILE_A);
    r->occurred_at = sample_moment(days, hour, 0, 0);
    r->counter = (uint16_t)counter;
    sample_amount(r, amount_fen, amount_fen);
}

static bool is_over(uint32_t place)
{
    return (s.batch.records[place].flags & FLAG_OVER_LIMIT) != 0;
}

static void test_day_limit(void)
{
    sample_open(&s);
    for (int i = 0; i < 5; i++)
        add_purchase(0, 8 + i, 11 + i, 10000);
    add_purchase(0, 7, 16, 1);
    add_purchase(-1, 7, 17, 20000);
    sample_judge(&s);
    CHECK(!is_over(4), "R-10 500 yuan of a day are within the limit");
    CHECK(is_over(5), "R-10 the purchase that brings a day above 500 yuan is over_limit, in the order of posting");
    CHECK(!is_over(6), "R-10 each own day has its own sum");
    CHECK(ann()->day == SAMPLE_OPEN_DATE && ann()->day_fen == 50001, "R-10 the newest own day is kept with its sum");
    sample_close(&s);

    sample_open(&s);
    ann()->was_day = ann()->day = SAMPLE_OPEN_DATE;
    ann()->was_day_fen = ann()->day_fen = 49999;
    add_purchase(0, 12, 11, 1);
    add_purchase(0, 13, 12, 1);
    sample_judge(&s);
    CHECK(!is_over(0) && is_over(1), "R-10 what earlier runs posted on that day is in its sum");
    sample_close(&s);

    sample_open(&s);
    ann()->was_day = ann()->day = SAMPLE_OPEN_DATE - 1;
    ann()->was_day_fen = ann()->day_fen = 50000;
    s.rules.day_fen[1] = 100;
    add_purchase(0, 12, 11, 100);
    add_purchase(0, 13, 12, 1);
    s.batch.records[0].tac_state = TAC_DIFFERS;
    add_purchase(0, 14, 13, 99);
    sample_judge(&s);
    CHECK(!is_over(1) && !is_over(2), "R-10 a held purchase is not in the sum of the day");
    CHECK_INT(ann()->day_fen, 100, "R-10 a newer day begins with nothing");
    sample_close(&s);
}

/* ---- RULES 3: accounting dates */

static void test_accounting_dates(void)
{
    static const struct {
        const char *fact;
        int package_days, package_hour;
        int days, hour, minute;
        int wanted_days;
    } rows[] = {
        {"RULES 3 a record of the open date is dated so", 0, 22, 0, 12, 0, 0},
        {"RULES 3 a late record is dated on the open date", 0, 22, -3, 12, 0, 0},
        {"RULES 3 a record after midnight waits in the books of its day", 1, 1, 1, 0, 30, 1},
        {"RULES 3 midnight belongs to the day that begins", 1, 1, 1, 0, 0, 1},
        {"RULES 3 a record of days ahead waits in the books of its day", 40, 1, 39, 12, 0, 39},
        {"RULES 3 180 days ahead it still does", 180, 22, 180, 12, 0, 180},
        {"RULES 3 more than 180 days ahead no books are opened, whatever the package says", 181, 22, 181, 12, 0, 0},
        {"RULES 3 a time far ahead of the package is dated on the open date", 0, 22, 1, 12, 0, 0},
        {"RULES 3 a time far before the package is dated on the open date", 200, 22, 1, 12, 0, 0},
        {"RULES 3 an old package's records are late, not bad_time", -170, 22, -170, 12, 0, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        sample_open(&s);
        s.batch.packages[0].made_at = sample_moment(rows[i].package_days, rows[i].package_hour, 0, 0);
        sample_add(&s, FILE_A)->occurred_at = sample_moment(rows[i].days, rows[i].hour, rows[i].minute, 0);
        sample_judge(&s);
        CHECK_INT(s.judge.decisions[0].accounting_date - SAMPLE_OPEN_DATE, rows[i].wanted_days, rows[i].fact);
        sample_close(&s);
    }
}

/* ---- histories of terminals: read as of the day of the record */

static void test_terminal_history(void)
{
    sample_open(&s);
    s.terminals[0].valid_to = SAMPLE_OPEN_DATE - 11;
    s.terminals[1] = (struct terminal_row){10000001, SAMPLE_OPEN_DATE - 9, DATE_NO_DAY, school_a, merchant_b, 1,
                                           {UINT64_MAX, UINT64_MAX}, STATE_NONE};
    s.devices[FILE_A].row_count = 2;
    s.devices[FILE_B].row_count = 0;
    add_purchase(-11, 12, 11, 1);
    add_purchase(-10, 12, 12, 1);
    add_purchase(-9, 12, 13, 1);
    add_purchase(-300, 12, 14, 1);
    sample_judge(&s);
    CHECK_INT(s.judge.decisions[0].merchant_index, 0, "RULES 1 a late purchase belongs to the merchant of its day");
    CHECK((s.batch.records[1].flags & FLAG_UNKNOWN_TERMINAL) != 0 &&
              s.judge.decisions[1].merchant_index == STATE_NONE,
          "R-10 between two rows of its history a terminal is unknown");
    CHECK_INT(s.judge.decisions[2].merchant_index, 1, "RULES 1 from its first day the next row counts");
    CHECK_INT(s.judge.decisions[3].merchant_index, 1, "RULES 1 a bad_time record belongs to today's merchant");
    sample_close(&s);
}

/* ---- RULES 5: meals */

static void test_meals(void)
{
    struct merchant_meals own[] = {{merchant_b + 1, {1, 2, 3}},
                                   {merchant_a, {9 * 3600, 9 * 3600, 24 * 3600}},
                                   {merchant_a - 1, {1, 2, 3}}};
    const struct judge_rules rules = {.meals = {36000, 50400, 72000}, .merchant_meals = own, .merchant_meal_count = 3};
    judge_sort_meals(own, 3);
    static const struct {
        const char *fact;
        int hour, minute, second;
        int wanted, wanted_own;
    } rows[] = {
        {"RULES 5 midnight is breakfast", 0, 0, 0, 1, 1},
        {"RULES 5 09:59:59 is breakfast; the merchant's own ended at nine", 9, 59, 59, 1, 3},
        {"RULES 5 10:00 is lunch", 10, 0, 0, 2, 3},
        {"RULES 5 13:59:59 is lunch", 13, 59, 59, 2, 3},
        {"RULES 5 14:00 is supper", 14, 0, 0, 3, 3},
        {"RULES 5 19:59:59 is supper", 19, 59, 59, 3, 3},
        {"RULES 5 20:00 is night; the merchant has none", 20, 0, 0, 4, 3},
        {"RULES 5 23:59:59 is night", 23, 59, 59, 4, 3},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int64_t at = date_moment(SAMPLE_OPEN_DATE, rows[i].hour, rows[i].minute, rows[i].second);
        CHECK(judge_meal(&rules, merchant_b, at) == rows[i].wanted &&
                  judge_meal(&rules, merchant_a, at) == rows[i].wanted_own,
              rows[i].fact);
    }
}

int main(void)
{
    test_flags();
    test_exception_fields();
    test_day_limit();
    test_accounting_dates();
    test_terminal_history();
    test_meals();
    return tap_end();
}
