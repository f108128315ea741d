#include "formats/reference.h"

#include <string.h>

#include "formats/devlog.h"

enum { NAME_CHARACTERS = 100, NOTE_CHARACTERS = 200, KEY_CHARACTERS = 40, LARGEST_CAPACITY = 1000000000 };
#define LARGEST_U32 INT64_C(4294967295)
#define LARGEST_FEN INT64_C(1000000000000)

static const struct table_column school_columns[] = {
    [SCHOOL_CODE] = {.name = "school_code", .type = TABLE_SCHOOL_CODE},
    [SCHOOL_NAME] = {.name = "name", .type = TABLE_TEXT, .minimum = 1, .maximum = NAME_CHARACTERS},
    [SCHOOL_DISTRICT] = {.name = "district_code", .type = TABLE_TEXT, .minimum = 1, .maximum = 20},
    [SCHOOL_LEVEL] = {.name = "level",
                      .type = TABLE_CHOICE,
                      .choices = "kindergarten|primary|junior|senior|vocational|special"},
    [SCHOOL_SETTLEMENT] = {.name = "settlement", .type = TABLE_CHOICE, .choices = "central|school"},
    [SCHOOL_SETTLEMENT_FROM] = {.name = "settlement_from", .type = TABLE_DATE, .is_optional = true},
};

/* A merchant that rolls up is paid through its parent, and files leave its payee empty. */
static const struct table_column merchant_columns[] = {
    [MERCHANT_NO] = {.name = "merchant_no", .type = TABLE_MERCHANT_NO},
    [MERCHANT_NAME] = {.name = "name", .type = TABLE_TEXT, .minimum = 1, .maximum = NAME_CHARACTERS},
    [MERCHANT_SCHOOL] = {.name = "school_code", .type = TABLE_SCHOOL_CODE},
    [MERCHANT_KIND] = {.name = "kind", .type = TABLE_CHOICE, .choices = "independent|managed"},
    [MERCHANT_PARENT] = {.name = "parent_no", .type = TABLE_MERCHANT_NO, .is_optional = true},
    [MERCHANT_FEE_BPS] = {.name = "fee_bps", .type = TABLE_INTEGER, .minimum = 0, .maximum = 10000},
    [MERCHANT_FEE_MIN] = {.name = "fee_min_fen", .type = TABLE_INTEGER, .minimum = 0, .maximum = LARGEST_FEN},
    [MERCHANT_FEE_MAX] = {.name = "fee_max_fen", .type = TABLE_INTEGER, .minimum = 0, .maximum = LARGEST_FEN},
    [MERCHANT_CYCLE] = {.name = "cycle", .type = TABLE_CHOICE, .choices = "day|week|month"},
    [MERCHANT_PAYEE_NAME] = {.name = "payee_name",
                             .type = TABLE_TEXT,
                             .may_be_empty = true,
                             .minimum = 1,
                             .maximum = NAME_CHARACTERS},
    [MERCHANT_PAYEE_ACCOUNT] = {.name = "payee_account",
                                .type = TABLE_TEXT,
                                .may_be_empty = true,
                                .is_private = true,
                                .minimum = 1,
                                .maximum = 40},
    [MERCHANT_PAYEE_BANK] = {.name = "payee_bank",
                             .type = TABLE_TEXT,
                             .may_be_empty = true,
                             .minimum = 1,
                             .maximum = NAME_CHARACTERS},
};

static const struct table_column terminal_columns[] = {
    [TERMINAL_DEVICE] = {.name = "device_no", .type = TABLE_DEVICE_NO},
    [TERMINAL_PSAM] = {.name = "psam_no", .type = TABLE_PSAM_NO},
    [TERMINAL_KIND] = {.name = "kind", .type = TABLE_CHOICE, .choices = "pos|load|attendance|gate|dorm|bus"},
    [TERMINAL_SCHOOL] = {.name = "school_code", .type = TABLE_SCHOOL_CODE},
    [TERMINAL_PLACE] =
        {.name = "place", .type = TABLE_TEXT, .may_be_empty = true, .minimum = 1, .maximum = NAME_CHARACTERS},
    [TERMINAL_MERCHANT] = {.name = "merchant_no", .type = TABLE_MERCHANT_NO, .is_optional = true},
    [TERMINAL_VALID_FROM] = {.name = "valid_from", .type = TABLE_DATE},
    [TERMINAL_VALID_TO] = {.name = "valid_to", .type = TABLE_DATE, .is_optional = true},
    [TERMINAL_LOG_FORMAT] = {.name = "log_format", .type = TABLE_TEXT, .minimum = 1, .maximum = 32},
    [TERMINAL_CAPACITY] = {.name = "capacity",
                           .type = TABLE_INTEGER,
                           .minimum = 0,
                           .maximum = LARGEST_CAPACITY},
    [TERMINAL_CLASSES] = {.name = "classes", .type = TABLE_CLASSES, .is_optional = true},
    [TERMINAL_FIRST_SEQ] = {.name = "first_seq",
                            .type = TABLE_INTEGER,
                            .is_optional = true,
                            .minimum = 1,
                            .maximum = LARGEST_U32},
};

static const struct table_column person_columns[] = {
    [PERSON_NO] = {.name = "person_no", .type = TABLE_PERSON_NO},
    [PERSON_KIND] = {.name = "kind", .type = TABLE_CHOICE, .choices = "student|staff|temp|visitor"},
    [PERSON_NAME] =
        {.name = "name", .type = TABLE_TEXT, .is_private = true, .minimum = 1, .maximum = NAME_CHARACTERS},
    [PERSON_SCHOOL] = {.name = "school_code", .type = TABLE_SCHOOL_CODE},
    [PERSON_REGISTRY] = {.name = "registry_no", .type = TABLE_REGISTRY_NO, .is_optional = true},
    [PERSON_ID] = {.name = "id_no", .type = TABLE_ID_NO, .is_optional = true},
    [PERSON_SEX] = {.name = "sex", .type = TABLE_TEXT, .is_optional = true, .minimum = 1, .maximum = 10},
    [PERSON_GRADE] = {.name = "grade", .type = TABLE_TEXT, .is_optional = true, .minimum = 1, .maximum = 20},
    [PERSON_CLASS] = {.name = "class", .type = TABLE_TEXT, .is_optional = true, .minimum = 1, .maximum = 20},
    [PERSON_BOARDING] =
        {.name = "boarding", .type = TABLE_TEXT, .is_optional = true, .minimum = 1, .maximum = 10},
    [PERSON_GUARDIAN_NAME] = {.name = "guardian_name",
                              .type = TABLE_TEXT,
                              .is_optional = true,
                              .is_private = true,
                              .minimum = 1,
                              .maximum = NAME_CHARACTERS},
    [PERSON_GUARDIAN_MOBILE] = {.name = "guardian_mobile", .type = TABLE_MOBILE, .is_optional = true},
    [PERSON_STATUS] = {.name = "status", .type = TABLE_CHOICE, .choices = "active|suspended|left"},
};

static const struct table_column card_columns[] = {
    [CARD_NO] = {.name = "card_no", .type = TABLE_CARD_NO},
    [CARD_PERSON] = {.name = "person_no", .type = TABLE_PERSON_NO},
    [CARD_CLASS] = {.name = "card_class", .type = TABLE_INTEGER, .minimum = 1, .maximum = 120},
    [CARD_CHIP] = {.name = "chip", .type = TABLE_CHOICE, .choices = "cpu3des|cpusm4|m1"},
    [CARD_KEY_VERSION] = {.name = "key_version", .type = TABLE_INTEGER, .minimum = 0, .maximum = 15},
    [CARD_STATUS] = {.name = "status", .type = TABLE_CHOICE, .choices = "normal|lost|locked|frozen|closed"},
    [CARD_ISSUED_ON] = {.name = "issued_on", .type = TABLE_DATE},
    [CARD_EXPIRES_ON] = {.name = "expires_on", .type = TABLE_DATE},
    [CARD_COUNTER] = {.name = "counter", .type = TABLE_INTEGER, .minimum = 0, .maximum = 65535},
    [CARD_ONLINE_COUNTER] = {.name = "online_counter", .type = TABLE_INTEGER, .minimum = 0, .maximum = 65535},
    [CARD_BALANCE] = {.name = "balance_fen", .type = TABLE_INTEGER, .minimum = 0, .maximum = LARGEST_U32},
    [CARD_REPLACES] = {.name = "replaces", .type = TABLE_CARD_NO, .is_optional = true},
};

static const struct table_column calendar_columns[] = {
    [CALENDAR_DATE] = {.name = "date", .type = TABLE_DATE},
    [CALENDAR_KIND] = {.name = "kind", .type = TABLE_CHOICE, .choices = "school|holiday|makeup"},
    [CALENDAR_SCHOOL] = {.name = "school_code", .type = TABLE_SCHOOL_CODE, .is_optional = true},
    [CALENDAR_NOTE] =
        {.name = "note", .type = TABLE_TEXT, .may_be_empty = true, .minimum = 1, .maximum = NOTE_CHARACTERS},
};

static const struct table_column loss_columns[] = {
    [LOSS_CARD] = {.name = "card_no", .type = TABLE_CARD_NO},
    [LOSS_KIND] = {.name = "kind", .type = TABLE_CHOICE, .choices = "lost|found|bad|closed"},
    [LOSS_EFFECTIVE_AT] = {.name = "effective_at", .type = TABLE_STAMP},
    [LOSS_REASON] = {.name = "reason",
                     .type = TABLE_TEXT,
                     .may_be_empty = true,
                     .minimum = 1,
                     .maximum = NOTE_CHARACTERS},
};

static const struct table_column opening_columns[] = {
    [OPENING_ACCOUNT] = {.name = "account", .type = TABLE_TEXT, .minimum = 1, .maximum = KEY_CHARACTERS + 5},
    [OPENING_AMOUNT] = {.name = "amount_fen", .type = TABLE_INTEGER, .minimum = 1, .maximum = LARGEST_FEN},
};

static const struct table_column cash_columns[] = {
    [CASH_SLIP] = {.name = "slip_no", .type = TABLE_TEXT, .minimum = 1, .maximum = KEY_CHARACTERS},
    [CASH_CASHIER] = {.name = "cashier", .type = TABLE_TEXT, .minimum = 1, .maximum = KEY_CHARACTERS},
    [CASH_KIND] = {.name = "kind", .type = TABLE_CHOICE, .choices = "topup|refund|cardfee|deposit_to_bank"},
    [CASH_CARD] = {.name = "card_no", .type = TABLE_CARD_NO, .is_optional = true},
    [CASH_BANK_ACCOUNT] = {.name = "bank_account",
                           .type = TABLE_TEXT,
                           .is_optional = true,
                           .is_private = true,
                           .minimum = 1,
                           .maximum = KEY_CHARACTERS},
    [CASH_AMOUNT] = {.name = "amount_fen", .type = TABLE_INTEGER, .minimum = 1, .maximum = LARGEST_FEN},
    [CASH_AT] = {.name = "at", .type = TABLE_STAMP},
};

static const struct table_column subsidy_columns[] = {
    [SUBSIDY_BATCH] = {.name = "batch_no", .type = TABLE_TEXT, .minimum = 1, .maximum = KEY_CHARACTERS},
    [SUBSIDY_CLASS] =
        {.name = "card_class", .type = TABLE_INTEGER, .is_optional = true, .minimum = 1, .maximum = 120},
    [SUBSIDY_CARD] = {.name = "card_no", .type = TABLE_CARD_NO, .is_optional = true},
    [SUBSIDY_AMOUNT] = {.name = "amount_fen", .type = TABLE_INTEGER, .minimum = 1, .maximum = LARGEST_FEN},
    [SUBSIDY_VALID_TO] = {.name = "valid_to", .type = TABLE_DATE},
};

static struct table_place at_column(const struct table_place *place, const struct table_column *column)
{
    return (struct table_place){place->file, place->line_number, column->name};
}

static bool check_merchant(const struct table_row *row, const struct table_place *place,
                           struct table_faults *faults, struct err *e)
{
    static const int payee[] = {MERCHANT_PAYEE_NAME, MERCHANT_PAYEE_ACCOUNT, MERCHANT_PAYEE_BANK};
    bool is_independent = str_equal(row->fields[MERCHANT_KIND], "independent");
    struct table_place parent = at_column(place, &merchant_columns[MERCHANT_PARENT]);
    if (!is_independent && row->fields[MERCHANT_PARENT].length == 0)
        return table_faults_add(faults, &parent, e,
                                "\"\" is empty, and a managed merchant rolls up into one");
    for (size_t i = 0; is_independent && i < sizeof payee / sizeof payee[0]; i++) {
        struct table_place here = at_column(place, &merchant_columns[payee[i]]);
        if (row->fields[payee[i]].length == 0 &&
            !table_faults_add(faults, &here, e, "\"\" is empty, and an independent merchant is paid"))
            return false;
    }
    return true;
}

/* Dates of one form compare as text. */
static bool is_before(struct str a, struct str b)
{
    return a.length == b.length && a.length > 0 && memcmp(a.data, b.data, a.length) < 0;
}

static bool check_log_format(struct str name, const struct table_place *place, struct table_faults *faults, struct err *e)
{
    const struct devlog_format *format = devlog_format_find(name);
    char known[DEVLOG_NAMES_BYTES];
    if (format && format->has_device)
        return true;
    devlog_format_names(known, true);
    return table_faults_add(faults, place, e, "\"%.*s\" is not one of %s", (int)name.length, name.data, known);
}

static bool check_terminal(const struct table_row *row, const struct table_place *place,
                           struct table_faults *faults, struct err *e)
{
    struct table_place merchant = at_column(place, &terminal_columns[TERMINAL_MERCHANT]);
    struct table_place until = at_column(place, &terminal_columns[TERMINAL_VALID_TO]);
    struct table_place format = at_column(place, &terminal_columns[TERMINAL_LOG_FORMAT]);
    struct str from = row->fields[TERMINAL_VALID_FROM], to = row->fields[TERMINAL_VALID_TO];
    if (!check_log_format(row->fields[TERMINAL_LOG_FORMAT], &format, faults, e))
        return false;
    if (str_equal(row->fields[TERMINAL_KIND], "pos") && row->fields[TERMINAL_MERCHANT].length == 0 &&
        !table_faults_add(faults, &merchant, e, "\"\" is empty, and a pos terminal needs a merchant"))
        return false;
    if (is_before(to, from))
        return table_faults_add(faults, &until, e, "\"%.*s\" is before valid_from \"%.*s\"", (int)to.length,
                                to.data, (int)from.length, from.data);
    return true;
}

static bool check_card(const struct table_row *row, const struct table_place *place,
                       struct table_faults *faults, struct err *e)
{
    struct table_place until = at_column(place, &card_columns[CARD_EXPIRES_ON]);
    struct table_place replaces = at_column(place, &card_columns[CARD_REPLACES]);
    struct str from = row->fields[CARD_ISSUED_ON], to = row->fields[CARD_EXPIRES_ON];
    struct str card = row->fields[CARD_NO], other = row->fields[CARD_REPLACES];
    if (is_before(to, from) && !table_faults_add(faults, &until, e, "\"%.*s\" is before issued_on \"%.*s\"",
                                                 (int)to.length, to.data, (int)from.length, from.data))
        return false;
    if (other.length == card.length && memcmp(other.data, card.data, card.length) == 0)
        return table_faults_add(faults, &replaces, e, "a card cannot take its own place");
    return true;
}

static bool check_cash(const struct table_row *row, const struct table_place *place,
                       struct table_faults *faults, struct err *e)
{
    struct table_place card = at_column(place, &cash_columns[CASH_CARD]);
    struct table_place bank = at_column(place, &cash_columns[CASH_BANK_ACCOUNT]);
    struct str kind = row->fields[CASH_KIND];
    bool is_deposit = str_equal(kind, "deposit_to_bank");
    if (is_deposit && row->fields[CASH_BANK_ACCOUNT].length == 0)
        return table_faults_add(faults, &bank, e, "\"\" is empty, and a deposit goes to a bank account");
    if (!is_deposit && row->fields[CASH_CARD].length == 0)
        return table_faults_add(faults, &card, e, "\"\" is empty, and a %.*s is for a card", (int)kind.length,
                                kind.data);
    return true;
}

static bool check_subsidy(const struct table_row *row, const struct table_place *place,
                          struct table_faults *faults, struct err *e)
{
    struct table_place card = at_column(place, &subsidy_columns[SUBSIDY_CARD]);
    bool has_class = row->fields[SUBSIDY_CLASS].length > 0, has_card = row->fields[SUBSIDY_CARD].length > 0;
    return has_class != has_card ||
           table_faults_add(faults, &card, e, "exactly one of card_class and card_no says who gets it, and %s",
                            has_class ? "both are given" : "both are empty");
}

#define FORM(columns)                                                                                        \
    {                                                                                                        \
        columns, sizeof columns / sizeof columns[0]                                                          \
    }
const struct reference_kind reference_kinds[] = {
    {"school", FORM(school_columns), NULL},
    {"merchant", FORM(merchant_columns), check_merchant},
    {"terminal", FORM(terminal_columns), check_terminal},
    {"person", FORM(person_columns), NULL},
    {"card", FORM(card_columns), check_card},
    {"calendar", FORM(calendar_columns), NULL},
    {"opening", FORM(opening_columns), NULL},
    {"loss", FORM(loss_columns), NULL},
    {"cash", FORM(cash_columns), check_cash},
    {"subsidy", FORM(subsidy_columns), check_subsidy},
};
const size_t reference_kind_count = sizeof reference_kinds / sizeof reference_kinds[0];

const struct reference_kind *reference_find(const char *name)
{
    for (size_t i = 0; i < reference_kind_count; i++)
        if (strcmp(reference_kinds[i].name, name) == 0)
            return &reference_kinds[i];
    return NULL;
}
