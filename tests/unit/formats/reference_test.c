#include "formats/reference.h"

#include "tests/unit/tap.h"

static struct arena *arena;

/* "N rows" and the faults, one on a line, of a table with the KIND's own heading. */
static const char *faults_of(const char *name, const char *text)
{
    static char out[4000];
    struct err e = {0};
    struct table *table = NULL;
    struct table_faults faults;
    const struct table_row *row = NULL;
    const struct reference_kind *kind = reference_find(name);
    struct table_input input = {.file = "k.csv", .text = str_of(text)};
    struct buf b;
    int rows = 0;
    buf_open(&b, sizeof out - 1);
    table_faults_open(&faults, arena);
    bool good = table_open(&table, &input, &kind->form, &faults, &e);
    while (good && (good = table_next(table, &row, &e)) && row) {
        struct table_place place = {input.file, row->line_number, NULL};
        good = !kind->check || kind->check(row, &place, &faults, &e);
        rows++;
    }
    buf_printf(&b, "%d%s", rows, good ? "" : e.message);
    for (size_t i = 0; i < faults.count; i++)
        buf_printf(&b, "\n%s", faults.messages[i]);
    table_close(table);
    (void)snprintf(out, sizeof out, "%s", b.data ? b.data : "");
    buf_close(&b);
    return out;
}

static void reads_every_kind(void)
{
    CHECK_TEXT(faults_of("school", "school_code,name,district_code,level,settlement,settlement_from\n"
                                   "2113010001,\xE4\xB8\xAD,130102,primary,central,\n"
                                   "2113010002,b,130102,senior,school,2024-09-01\n"),
               "2", "schools_are_read");
    CHECK_TEXT(faults_of("school", "school_code,name,district_code,level,settlement\n"
                                   "2113010001,b,130102,primary,central\n"),
               "1", "columns_in_brackets_may_be_missing");
    CHECK_TEXT(faults_of("merchant",
                         "merchant_no,name,school_code,kind,parent_no,fee_bps,fee_min_fen,fee_max_fen,cycle,"
                         "payee_name,payee_account,payee_bank\n"
                         "211301000100001,a,2113010001,independent,,60,0,0,day,x,6217,B\n"
                         "211301000100002,b,2113010001,managed,211301000100001,60,1,5000,week,,,\n"),
               "2", "merchants_are_read");
    CHECK_TEXT(faults_of("terminal",
                         "device_no,psam_no,kind,school_code,place,merchant_no,valid_from,valid_to,"
                         "log_format,capacity,classes,first_seq\n"
                         "00000001,360486600002,pos,2113010001,hall,211301000100001,2024-01-01,,pos-bin/1,"
                         "8000,1-40;77,101\n"
                         "00000002,360486600003,gate,2113010001,,,2024-01-01,2024-12-31,gate-xml/1,0,,\n"),
               "2", "terminals_are_read");
    CHECK_TEXT(faults_of("person",
                         "person_no,kind,name,school_code,registry_no,id_no,sex,grade,class,boarding,"
                         "guardian_name,guardian_mobile,status\n"
                         "P1,student,a,2113010001,G11010519491231002X,11010519491231002X,1,3,2,0,b,"
                         "13800138000,active\nP2,staff,c,2113010001,,,,,,,,,left\n"),
               "2", "persons_are_read");
    CHECK_TEXT(faults_of("card",
                         "card_no,person_no,card_class,chip,key_version,status,issued_on,expires_on,counter,"
                         "online_counter,balance_fen,replaces\n"
                         "382016122100001003,P1,1,cpu3des,3,normal,2023-09-01,2026-08-31,12,3,5000,\n"),
               "1", "cards_are_read");
    CHECK_TEXT(
        faults_of("calendar",
                  "date,kind,school_code,note\n2024-10-01,holiday,,\n2024-10-12,makeup,2113010001,x\n"),
        "2", "calendars_are_read");
    CHECK_TEXT(
        faults_of("loss", "card_no,kind,effective_at,reason\n382016122100001003,lost,2024-03-01 08:00:00,\n"),
        "1", "losses_are_read");
    CHECK(reference_find("schools") == NULL, "there_is_no_other_kind");
    CHECK_TEXT(faults_of("opening", "account,amount_fen\n1002:6228480000000000,5000\n3101:,1\n"), "2",
               "openings_are_read");
    CHECK_TEXT(faults_of("cash", "slip_no,cashier,kind,card_no,bank_account,amount_fen,at\n"
                                 "K1,\xE7\x8E\x8B,topup,382016122100001003,,100,2024-03-01 08:00:00\n"
                                 "K2,w,refund,382016122100001003,,100,2024-03-01 08:00:00\n"
                                 "K3,w,cardfee,382016122100001003,,2000,2024-03-01 08:00:00\n"
                                 "K4,w,deposit_to_bank,,6228,100,2024-03-01 08:00:00\n"),
               "4", "cash_slips_are_read");
    CHECK_TEXT(faults_of("subsidy", "batch_no,card_class,card_no,amount_fen,valid_to\n"
                                    "B1,40,,100,2024-03-31\nB1,,382016122100001003,100,2024-03-31\n"),
               "2", "subsidies_are_read");
    static const char *const order[] = {"school",   "merchant", "terminal", "person", "card",
                                        "calendar", "opening",  "loss",     "cash",   "subsidy"};
    bool is_ordered = reference_kind_count == sizeof order / sizeof order[0];
    for (size_t i = 0; is_ordered && i < reference_kind_count; i++)
        is_ordered = strcmp(reference_kinds[i].name, order[i]) == 0;
    CHECK(is_ordered, "kinds_stand_in_the_order_of_import");
}

static void refuses_rows(void)
{
    CHECK_TEXT(
        faults_of("card", "card_no,person_no,card_class,chip,key_version,status,issued_on,expires_on,counter,"
                          "online_counter,balance_fen,replaces\n"
                          "382016122100001004,p1,121,cpu,16,gone,2023-09-31,2026-8-31,65536,-1,x,1\n"),
        "0\nfile \"k.csv\", line 2, column \"card_no\": \"382016********1004\" is not 18 digits with a right "
        "luhn digit"
        "\nfile \"k.csv\", line 2, column \"person_no\": \"p1\" is not 1 to 20 of 0-9 and A-Z"
        "\nfile \"k.csv\", line 2, column \"card_class\": \"121\" is not a whole number from 1 to 120"
        "\nfile \"k.csv\", line 2, column \"chip\": \"cpu\" is not one of cpu3des, cpusm4, m1"
        "\nfile \"k.csv\", line 2, column \"key_version\": \"16\" is not a whole number from 0 to 15"
        "\nfile \"k.csv\", line 2, column \"status\": \"gone\" is not one of normal, lost, locked, frozen, "
        "closed"
        "\nfile \"k.csv\", line 2, column \"issued_on\": \"2023-09-31\" is not a date YYYY-MM-DD"
        "\nfile \"k.csv\", line 2, column \"expires_on\": \"2026-8-31\" is not a date YYYY-MM-DD"
        "\nfile \"k.csv\", line 2, column \"counter\": \"65536\" is not a whole number from 0 to 65535"
        "\nfile \"k.csv\", line 2, column \"online_counter\": \"-1\" is not a whole number from 0 to 65535"
        "\nfile \"k.csv\", line 2, column \"balance_fen\": \"x\" is not a whole number from 0 to 4294967295"
        "\nfile \"k.csv\", line 2, column \"replaces\": \"*\" is not 18 digits with a right luhn digit",
        "every_column_of_a_card_is_checked");
}

static void refuses_fields_that_disagree(void)
{
    CHECK_TEXT(faults_of("cash", "slip_no,cashier,kind,amount_fen,at\n"
                                 "K1,w,topup,1,2024-03-01 08:00:00\nK2,w,refund,1,2024-03-01 08:00:00\n"
                                 "K3,w,cardfee,1,2024-03-01 08:00:00\nK4,w,deposit_to_bank,1,2024-03-01 08:00:00\n"),
               "4\nfile \"k.csv\", line 2, column \"card_no\": \"\" is empty, and a topup is for a card"
               "\nfile \"k.csv\", line 3, column \"card_no\": \"\" is empty, and a refund is for a card"
               "\nfile \"k.csv\", line 4, column \"card_no\": \"\" is empty, and a cardfee is for a card"
               "\nfile \"k.csv\", line 5, column \"bank_account\": \"\" is empty, and a deposit goes to a bank "
               "account",
               "a_slip_says_what_its_kind_needs");
    CHECK_TEXT(faults_of("subsidy", "batch_no,card_class,card_no,amount_fen,valid_to\n"
                                    "B1,,,100,2024-03-31\nB1,1,382016122100001003,100,2024-03-31\n"),
               "2\nfile \"k.csv\", line 2, column \"card_no\": exactly one of card_class and card_no says who gets "
               "it, and both are empty"
               "\nfile \"k.csv\", line 3, column \"card_no\": exactly one of card_class and card_no says who gets "
               "it, and both are given",
               "a_subsidy_is_for_a_class_or_a_card");
    CHECK_TEXT(faults_of("cash", "slip_no,cashier,kind,card_no,bank_account,amount_fen,at\n"
                                 ",,gift,382016122100001004,,0,2024-03-01\n"),
               "0\nfile \"k.csv\", line 2, column \"slip_no\": \"\" is empty"
               "\nfile \"k.csv\", line 2, column \"cashier\": \"\" is empty"
               "\nfile \"k.csv\", line 2, column \"kind\": \"gift\" is not one of topup, refund, cardfee, "
               "deposit_to_bank"
               "\nfile \"k.csv\", line 2, column \"card_no\": \"382016********1004\" is not 18 digits with a right "
               "luhn digit"
               "\nfile \"k.csv\", line 2, column \"amount_fen\": \"0\" is not a whole number from 1 to "
               "1000000000000"
               "\nfile \"k.csv\", line 2, column \"at\": \"2024-03-01\" is not a time YYYY-MM-DD hh:mm:ss",
               "every_column_of_a_slip_is_checked");
    CHECK_TEXT(faults_of("merchant",
                         "merchant_no,name,school_code,kind,fee_bps,fee_min_fen,fee_max_fen,cycle,"
                         "payee_name,payee_account,payee_bank\n"
                         "211301000100001,a,2113010001,independent,60,0,0,day,x,,B\n"
                         "211301000100002,b,2113010001,managed,60,0,0,day,,,\n"),
               "2\nfile \"k.csv\", line 2, column \"payee_account\": \"\" is empty, and an independent "
               "merchant is paid"
               "\nfile \"k.csv\", line 3, column \"parent_no\": \"\" is empty, and a managed merchant rolls "
               "up into one",
               "a_merchant_is_paid_or_rolls_up");
    CHECK_TEXT(
        faults_of("terminal",
                  "device_no,psam_no,kind,school_code,place,valid_from,valid_to,log_format,capacity\n"
                  "00000001,360486600002,pos,2113010001,x,2024-01-01,,pos-bin/1,8000\n"
                  "00000002,360486600002,load,2113010001,x,2024-01-02,2024-01-01,pos-bin/1,8000\n"),
        "2\nfile \"k.csv\", line 2, column \"merchant_no\": \"\" is empty, and a pos terminal needs a "
        "merchant"
        "\nfile \"k.csv\", line 3, column \"valid_to\": \"2024-01-01\" is before valid_from \"2024-01-02\"",
        "a_terminal_has_its_merchant_and_its_days");
    CHECK_TEXT(
        faults_of("card",
                  "card_no,person_no,card_class,chip,key_version,status,issued_on,expires_on,counter,"
                  "online_counter,balance_fen,replaces\n"
                  "382016122100001003,P1,1,m1,0,normal,2023-09-01,2023-08-31,0,0,0,382016122100001003\n"),
        "1\nfile \"k.csv\", line 2, column \"expires_on\": \"2023-08-31\" is before issued_on \"2023-09-01\""
        "\nfile \"k.csv\", line 2, column \"replaces\": a card cannot take its own place",
        "a_card_has_its_days_and_replaces_another");
}

int main(void)
{
    struct err e;
    if (!arena_open(&arena, 16 << 20, &e))
        return 1;
    reads_every_kind();
    refuses_rows();
    refuses_fields_that_disagree();
    arena_close(arena);
    return tap_end();
}
