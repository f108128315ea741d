#include "formats/camt053.h"

#include <string.h>
#include <strings.h>

#include "base/date.h"
#include "base/money.h"
#include "formats/iso_read.h"

enum { ID_CHARACTERS = 35, IBAN_CHARACTERS = 34, NAME_CHARACTERS = 140, REASON_CHARACTERS = 105, INFO_CHARACTERS = 500 };

/* In the order of nodes below. */
enum {
    DOCUMENT, MESSAGE,
    HEADER, MESSAGE_ID, MESSAGE_CREATED_AT,
    STATEMENT, STATEMENT_ID, PAGES, PAGE_NO, LAST_PAGE, ELECTRONIC_NO, LEGAL_NO, CREATED_AT,
    ACCOUNT, ACCOUNT_ID, ACCOUNT_IBAN, ACCOUNT_OTHER, ACCOUNT_NO, ACCOUNT_CURRENCY,
    BALANCE, BALANCE_TYPE, BALANCE_TYPES, BALANCE_CODE, BALANCE_OWN, BALANCE_AMOUNT, BALANCE_SIDE,
    BALANCE_DATE, BALANCE_DAY, BALANCE_MOMENT,
    ENTRY, ENTRY_REFERENCE, ENTRY_AMOUNT, ENTRY_SIDE, ENTRY_REVERSAL, STATUS, STATUS_CODE, STATUS_OWN,
    BOOKED, BOOKED_DAY, BOOKED_MOMENT, VALUE, VALUE_DAY, VALUE_MOMENT, ENTRY_SERIAL,
    ENTRY_CODE, ENTRY_DOMAIN, ENTRY_DOMAIN_CODE, ENTRY_FAMILY, ENTRY_FAMILY_CODE, ENTRY_SUBFAMILY, ENTRY_OWN, ENTRY_OWN_CODE,
    DETAILS, BATCH, BATCH_MESSAGE_ID, BATCH_PAYMENT_ID, BATCH_COUNT,
    TX, REFERENCES, TX_MESSAGE_ID, TX_SERIAL, TX_PAYMENT_ID, TX_INSTRUCTION_ID, TX_END_TO_END_ID, TX_AGREEMENT,
    TX_AMOUNT, TX_SIDE, TX_AMOUNTS, TX_BOOKED, TX_BOOKED_AMOUNT,
    TX_CODE, TX_DOMAIN, TX_DOMAIN_CODE, TX_FAMILY, TX_FAMILY_CODE, TX_SUBFAMILY, TX_OWN, TX_OWN_CODE,
    PARTIES, DEBTOR, DEBTOR_PARTY, DEBTOR_NAME, DEBTOR_BANK, DEBTOR_BANK_ID, DEBTOR_BANK_NAME,
    DEBTOR_ACCOUNT, DEBTOR_ACCOUNT_ID, DEBTOR_IBAN, DEBTOR_OTHER, DEBTOR_NO,
    CREDITOR, CREDITOR_PARTY, CREDITOR_NAME, CREDITOR_BANK, CREDITOR_BANK_ID, CREDITOR_BANK_NAME,
    CREDITOR_ACCOUNT, CREDITOR_ACCOUNT_ID, CREDITOR_IBAN, CREDITOR_OTHER, CREDITOR_NO,
    REMITTANCE, REMITTANCE_TEXT, STRUCTURED, CREDITOR_REFERENCE, REFERENCE,
    RETURN, RETURN_REASON, RETURN_CODE, RETURN_OWN, RETURN_TEXT, TX_INFO,
    ENTRY_INFO,
    NODES
};

static const struct iso_node nodes[] = {
    [DOCUMENT] = {"Document", 1, ISO_ONCE, ISO_GROUP, 0},
    [MESSAGE] = {"BkToCstmrStmt", 2, ISO_ONCE, ISO_GROUP, 0},
    [HEADER] = {"GrpHdr", 3, ISO_ONCE, ISO_GROUP, 0},
    [MESSAGE_ID] = {"MsgId", 4, ISO_ONCE, ISO_TEXT, ID_CHARACTERS},
    [MESSAGE_CREATED_AT] = {"CreDtTm", 4, ISO_ONCE, ISO_MOMENT, 0},
    [STATEMENT] = {"Stmt", 3, ISO_SOME, ISO_GROUP, 0},
    [STATEMENT_ID] = {"Id", 4, ISO_ONCE, ISO_TEXT, ID_CHARACTERS},
    [PAGES] = {"StmtPgntn", 4, ISO_OPTIONAL, ISO_GROUP, 0},
    [PAGE_NO] = {"PgNb", 5, ISO_ONCE, ISO_NUMBER, 0},
    [LAST_PAGE] = {"LastPgInd", 5, ISO_ONCE, ISO_FLAG, 0},
    [ELECTRONIC_NO] = {"ElctrncSeqNb", 4, ISO_OPTIONAL, ISO_NUMBER, 0},
    [LEGAL_NO] = {"LglSeqNb", 4, ISO_OPTIONAL, ISO_NUMBER, 0},
    [CREATED_AT] = {"CreDtTm", 4, ISO_OPTIONAL, ISO_MOMENT, 0},
    [ACCOUNT] = {"Acct", 4, ISO_ONCE, ISO_GROUP, 0},
    [ACCOUNT_ID] = {"Id", 5, ISO_ONCE, ISO_CHOICE, 0},
    [ACCOUNT_IBAN] = {"IBAN", 6, ISO_OPTIONAL, ISO_TEXT, IBAN_CHARACTERS},
    [ACCOUNT_OTHER] = {"Othr", 6, ISO_OPTIONAL, ISO_GROUP, 0},
    [ACCOUNT_NO] = {"Id", 7, ISO_ONCE, ISO_TEXT, IBAN_CHARACTERS},
    [ACCOUNT_CURRENCY] = {"Ccy", 5, ISO_OPTIONAL, ISO_CURRENCY, 0},
    [BALANCE] = {"Bal", 4, ISO_SOME, ISO_GROUP, 0},
    [BALANCE_TYPE] = {"Tp", 5, ISO_ONCE, ISO_GROUP, 0},
    [BALANCE_TYPES] = {"CdOrPrtry", 6, ISO_ONCE, ISO_CHOICE, 0},
    [BALANCE_CODE] = {"Cd", 7, ISO_OPTIONAL, ISO_TEXT, 4},
    [BALANCE_OWN] = {"Prtry", 7, ISO_OPTIONAL, ISO_TEXT, ID_CHARACTERS},
    [BALANCE_AMOUNT] = {"Amt", 5, ISO_ONCE, ISO_AMOUNT, 0},
    [BALANCE_SIDE] = {"CdtDbtInd", 5, ISO_ONCE, ISO_SIDE, 0},
    [BALANCE_DATE] = {"Dt", 5, ISO_ONCE, ISO_CHOICE, 0},
    [BALANCE_DAY] = {"Dt", 6, ISO_OPTIONAL, ISO_DAY, 0},
    [BALANCE_MOMENT] = {"DtTm", 6, ISO_OPTIONAL, ISO_MOMENT, 0},
    [ENTRY] = {"Ntry", 4, ISO_MANY, ISO_GROUP, 0},
    [ENTRY_REFERENCE] = {"NtryRef", 5, ISO_OPTIONAL, ISO_TEXT, ID_CHARACTERS},
    [ENTRY_AMOUNT] = {"Amt", 5, ISO_ONCE, ISO_AMOUNT, 0},
    [ENTRY_SIDE] = {"CdtDbtInd", 5, ISO_ONCE, ISO_SIDE, 0},
    [ENTRY_REVERSAL] = {"RvslInd", 5, ISO_OPTIONAL, ISO_FLAG, 0},
    [STATUS] = {"Sts", 5, ISO_ONCE, ISO_CHOICE, 0},
    [STATUS_CODE] = {"Cd", 6, ISO_OPTIONAL, ISO_TEXT, 4},
    [STATUS_OWN] = {"Prtry", 6, ISO_OPTIONAL, ISO_TEXT, ID_CHARACTERS},
    [BOOKED] = {"BookgDt", 5, ISO_OPTIONAL, ISO_CHOICE, 0},
    [BOOKED_DAY] = {"Dt", 6, ISO_OPTIONAL, ISO_DAY, 0},
    [BOOKED_MOMENT] = {"DtTm", 6, ISO_OPTIONAL, ISO_MOMENT, 0},
    [VALUE] = {"ValDt", 5, ISO_OPTIONAL, ISO_CHOICE, 0},
    [VALUE_DAY] = {"Dt", 6, ISO_OPTIONAL, ISO_DAY, 0},
    [VALUE_MOMENT] = {"DtTm", 6, ISO_OPTIONAL, ISO_MOMENT, 0},
    [ENTRY_SERIAL] = {"AcctSvcrRef", 5, ISO_OPTIONAL, ISO_TEXT, ID_CHARACTERS},
    [ENTRY_CODE] = {"BkTxCd", 5, ISO_OPTIONAL, ISO_GROUP, 0},
    [ENTRY_DOMAIN] = {"Domn", 6, ISO_OPTIONAL, ISO_GROUP, 0},
    [ENTRY_DOMAIN_CODE] = {"Cd", 7, ISO_ONCE, ISO_TEXT, 4},
    [ENTRY_FAMILY] = {"Fmly", 7, ISO_ONCE, ISO_GROUP, 0},
    [ENTRY_FAMILY_CODE] = {"Cd", 8, ISO_ONCE, ISO_TEXT, 4},
    [ENTRY_SUBFAMILY] = {"SubFmlyCd", 8, ISO_ONCE, ISO_TEXT, 4},
    [ENTRY_OWN] = {"Prtry", 6, ISO_OPTIONAL, ISO_GROUP, 0},
    [ENTRY_OWN_CODE] = {"Cd", 7, ISO_ONCE, ISO_TEXT, ID_CHARACTERS},
    [DETAILS] = {"NtryDtls", 5, ISO_MANY, ISO_GROUP, 0},
    [BATCH] = {"Btch", 6, ISO_OPTIONAL, ISO_GROUP, 0},
    [BATCH_MESSAGE_ID] = {"MsgId", 7, ISO_OPTIONAL, ISO_TEXT, ID_CHARACTERS},
    [BATCH_PAYMENT_ID] = {"PmtInfId", 7, ISO_OPTIONAL, ISO_TEXT, ID_CHARACTERS},
    [BATCH_COUNT] = {"NbOfTxs", 7, ISO_OPTIONAL, ISO_NUMBER, 0},
    [TX] = {"TxDtls", 6, ISO_MANY, ISO_GROUP, 0},
    [REFERENCES] = {"Refs", 7, ISO_OPTIONAL, ISO_GROUP, 0},
    [TX_MESSAGE_ID] = {"MsgId", 8, ISO_OPTIONAL, ISO_TEXT, ID_CHARACTERS},
    [TX_SERIAL] = {"AcctSvcrRef", 8, ISO_OPTIONAL, ISO_TEXT, ID_CHARACTERS},
    [TX_PAYMENT_ID] = {"PmtInfId", 8, ISO_OPTIONAL, ISO_TEXT, ID_CHARACTERS},
    [TX_INSTRUCTION_ID] = {"InstrId", 8, ISO_OPTIONAL, ISO_TEXT, ID_CHARACTERS},
    [TX_END_TO_END_ID] = {"EndToEndId", 8, ISO_OPTIONAL, ISO_TEXT, ID_CHARACTERS},
    [TX_AGREEMENT] = {"MndtId", 8, ISO_OPTIONAL, ISO_TEXT, ID_CHARACTERS},
    [TX_AMOUNT] = {"Amt", 7, ISO_OPTIONAL, ISO_AMOUNT, 0},
    [TX_SIDE] = {"CdtDbtInd", 7, ISO_OPTIONAL, ISO_SIDE, 0},
    [TX_AMOUNTS] = {"AmtDtls", 7, ISO_OPTIONAL, ISO_GROUP, 0},
    [TX_BOOKED] = {"TxAmt", 8, ISO_OPTIONAL, ISO_GROUP, 0},
    [TX_BOOKED_AMOUNT] = {"Amt", 9, ISO_ONCE, ISO_AMOUNT_ANY, 0},
    [TX_CODE] = {"BkTxCd", 7, ISO_OPTIONAL, ISO_GROUP, 0},
    [TX_DOMAIN] = {"Domn", 8, ISO_OPTIONAL, ISO_GROUP, 0},
    [TX_DOMAIN_CODE] = {"Cd", 9, ISO_ONCE, ISO_TEXT, 4},
    [TX_FAMILY] = {"Fmly", 9, ISO_ONCE, ISO_GROUP, 0},
    [TX_FAMILY_CODE] = {"Cd", 10, ISO_ONCE, ISO_TEXT, 4},
    [TX_SUBFAMILY] = {"SubFmlyCd", 10, ISO_ONCE, ISO_TEXT, 4},
    [TX_OWN] = {"Prtry", 8, ISO_OPTIONAL, ISO_GROUP, 0},
    [TX_OWN_CODE] = {"Cd", 9, ISO_ONCE, ISO_TEXT, ID_CHARACTERS},
    [PARTIES] = {"RltdPties", 7, ISO_OPTIONAL, ISO_GROUP, 0},
    [DEBTOR] = {"Dbtr", 8, ISO_OPTIONAL, ISO_CHOICE, 0},
    [DEBTOR_PARTY] = {"Pty", 9, ISO_OPTIONAL, ISO_GROUP, 0},
    [DEBTOR_NAME] = {"Nm", 10, ISO_OPTIONAL, ISO_TEXT, NAME_CHARACTERS},
    [DEBTOR_BANK] = {"Agt", 9, ISO_OPTIONAL, ISO_GROUP, 0},
    [DEBTOR_BANK_ID] = {"FinInstnId", 10, ISO_ONCE, ISO_GROUP, 0},
    [DEBTOR_BANK_NAME] = {"Nm", 11, ISO_OPTIONAL, ISO_TEXT, NAME_CHARACTERS},
    [DEBTOR_ACCOUNT] = {"DbtrAcct", 8, ISO_OPTIONAL, ISO_GROUP, 0},
    [DEBTOR_ACCOUNT_ID] = {"Id", 9, ISO_ONCE, ISO_CHOICE, 0},
    [DEBTOR_IBAN] = {"IBAN", 10, ISO_OPTIONAL, ISO_TEXT, IBAN_CHARACTERS},
    [DEBTOR_OTHER] = {"Othr", 10, ISO_OPTIONAL, ISO_GROUP, 0},
    [DEBTOR_NO] = {"Id", 11, ISO_ONCE, ISO_TEXT, IBAN_CHARACTERS},
    [CREDITOR] = {"Cdtr", 8, ISO_OPTIONAL, ISO_CHOICE, 0},
    [CREDITOR_PARTY] = {"Pty", 9, ISO_OPTIONAL, ISO_GROUP, 0},
    [CREDITOR_NAME] = {"Nm", 10, ISO_OPTIONAL, ISO_TEXT, NAME_CHARACTERS},
    [CREDITOR_BANK] = {"Agt", 9, ISO_OPTIONAL, ISO_GROUP, 0},
    [CREDITOR_BANK_ID] = {"FinInstnId", 10, ISO_ONCE, ISO_GROUP, 0},
    [CREDITOR_BANK_NAME] = {"Nm", 11, ISO_OPTIONAL, ISO_TEXT, NAME_CHARACTERS},
    [CREDITOR_ACCOUNT] = {"CdtrAcct", 8, ISO_OPTIONAL, ISO_GROUP, 0},
    [CREDITOR_ACCOUNT_ID] = {"Id", 9, ISO_ONCE, ISO_CHOICE, 0},
    [CREDITOR_IBAN] = {"IBAN", 10, ISO_OPTIONAL, ISO_TEXT, IBAN_CHARACTERS},
    [CREDITOR_OTHER] = {"Othr", 10, ISO_OPTIONAL, ISO_GROUP, 0},
    [CREDITOR_NO] = {"Id", 11, ISO_ONCE, ISO_TEXT, IBAN_CHARACTERS},
    [REMITTANCE] = {"RmtInf", 7, ISO_OPTIONAL, ISO_GROUP, 0},
    [REMITTANCE_TEXT] = {"Ustrd", 8, ISO_MANY, ISO_TEXT, NAME_CHARACTERS},
    [STRUCTURED] = {"Strd", 8, ISO_FIRST, ISO_GROUP, 0},
    [CREDITOR_REFERENCE] = {"CdtrRefInf", 9, ISO_OPTIONAL, ISO_GROUP, 0},
    [REFERENCE] = {"Ref", 10, ISO_OPTIONAL, ISO_TEXT, ID_CHARACTERS},
    [RETURN] = {"RtrInf", 7, ISO_OPTIONAL, ISO_GROUP, 0},
    [RETURN_REASON] = {"Rsn", 8, ISO_OPTIONAL, ISO_CHOICE, 0},
    [RETURN_CODE] = {"Cd", 9, ISO_OPTIONAL, ISO_TEXT, 4},
    [RETURN_OWN] = {"Prtry", 9, ISO_OPTIONAL, ISO_TEXT, ID_CHARACTERS},
    [RETURN_TEXT] = {"AddtlInf", 8, ISO_MANY, ISO_TEXT, REASON_CHARACTERS},
    [TX_INFO] = {"AddtlTxInf", 7, ISO_OPTIONAL, ISO_TEXT, INFO_CHARACTERS},
    [ENTRY_INFO] = {"AddtlNtryInf", 5, ISO_OPTIONAL, ISO_TEXT, INFO_CHARACTERS},
};
static const struct iso_form form = {CAMT053_SPACE, nodes, NODES};

struct statement_read {
    const struct camt053_handler *handler;
    void *context;
    struct camt053_totals totals;
    bool is_told; /* the statement, whose balances and lines come */
    bool has_opening, has_closing;
    bool is_opening_own; /* OPBD, which goes before PRCD */
    int64_t entry_no;       /* in the file */
    int64_t detail_count;   /* of the entry */
    int64_t detail_fen;     /* of the entry: its transactions, in its own direction */
    bool lacks_amount;      /* one of them has none */
    char text[2 * ISO_TEXT_BYTES]; /* the remittance text that is put together */
    char code[16];
};

static const char *const balance_opening = "OPBD", *const balance_previous = "PRCD", *const balance_closing = "CLBD";

/* ---- a statement and its balances */

static int32_t day_of(const struct iso_read *iso, int day, int moment)
{
    int64_t at = iso_number(iso, moment, DATE_NO_MOMENT);
    return at == DATE_NO_MOMENT ? (int32_t)iso_number(iso, day, DATE_NO_DAY) : date_day_of(at);
}

static bool check_pages(const struct iso_read *iso, struct err *e)
{
    int64_t page = iso_number(iso, PAGE_NO, 1);
    if (page == 1 && iso_number(iso, LAST_PAGE, 1) == 1)
        return true;
    (void)err_set(e, ERR_INPUT, "page %lld of a statement in pages", (long long)page);
    return err_hint(e, "ask the bank for each statement in one page (LastPgInd true)");
}

/* Whatever stands before its balances is known by the first. */
static bool tell_statement(struct statement_read *read, const struct iso_read *iso, struct err *e)
{
    if (read->is_told)
        return true;
    if (!iso_due(iso, STATEMENT_ID, e) || !iso_due(iso, ACCOUNT, e) || !check_pages(iso, e))
        return false;
    const struct camt053_statement statement = {
        .message_id = iso_text(iso, MESSAGE_ID),
        .id = iso_text(iso, STATEMENT_ID),
        .electronic_no = iso_number(iso, ELECTRONIC_NO, -1),
        .legal_no = iso_number(iso, LEGAL_NO, -1),
        .created_at = iso_number(iso, CREATED_AT, iso_number(iso, MESSAGE_CREATED_AT, DATE_NO_MOMENT)),
        .account = iso_text_of(iso, ACCOUNT_IBAN, ACCOUNT_NO),
        .is_iban = iso_has(iso, ACCOUNT_IBAN),
        .line_number = iso_line(iso),
    };
    read->is_told = true;
    return !read->handler->statement || read->handler->statement(read->context, &statement, e);
}

static bool take_opening(struct statement_read *read, const struct camt053_balance *balance, bool is_own, struct err *e)
{
    if (read->has_opening && read->is_opening_own == is_own)
        return err_set(e, ERR_INPUT, "%s comes twice", is_own ? balance_opening : balance_previous);
    if (read->has_opening && !is_own)
        return true;
    read->has_opening = true;
    read->is_opening_own = is_own;
    read->totals.opening_fen = balance->amount_fen;
    read->totals.opening_on = balance->day;
    return true;
}

static bool take_closing(struct statement_read *read, const struct camt053_balance *balance, struct err *e)
{
    if (read->has_closing)
        return err_set(e, ERR_INPUT, "%s comes twice", balance_closing);
    read->has_closing = true;
    read->totals.closing_fen = balance->amount_fen;
    read->totals.closing_on = balance->day;
    return true;
}

static bool tell_balance(struct statement_read *read, const struct iso_read *iso, struct err *e)
{
    int64_t amount_fen = iso_number(iso, BALANCE_AMOUNT, 0);
    const struct camt053_balance balance = {
        .type = iso_text_of(iso, BALANCE_CODE, BALANCE_OWN),
        .is_own_word = iso_has(iso, BALANCE_OWN),
        .amount_fen = iso_number(iso, BALANCE_SIDE, 1) ? amount_fen : -amount_fen,
        .day = day_of(iso, BALANCE_DAY, BALANCE_MOMENT),
    };
    bool is_own = str_equal(balance.type, balance_opening);
    bool done = true;
    if (balance.is_own_word)
        done = true;
    else if (is_own || str_equal(balance.type, balance_previous))
        done = take_opening(read, &balance, is_own, e);
    else if (str_equal(balance.type, balance_closing))
        done = take_closing(read, &balance, e);
    return done && (!read->handler->balance || read->handler->balance(read->context, &balance, e));
}

/* ---- its lines */

/* "PMNT-RDDT-ESDD", or the bank's own code; in room of the reader's or iso's. */
static struct str code_of(struct statement_read *read, const struct iso_read *iso, int domain, int own)
{
    enum { FAMILY = 2, SUBFAMILY = 3 }; /* places behind the domain's code */
    const int parts[] = {domain, domain + FAMILY, domain + SUBFAMILY};
    size_t used = 0;
    if (!iso_has(iso, domain))
        return iso_text(iso, own);
    for (size_t i = 0; i < 3; i++) {
        struct str part = iso_text(iso, parts[i]);
        size_t length = part.length <= 4 ? part.length : 4;
        if (used > 0)
            read->code[used++] = '-';
        memcpy(read->code + used, part.data, length);
        used += length;
    }
    return (struct str){read->code, used};
}

static bool is_booked(const struct iso_read *iso)
{
    struct str own = iso_text(iso, STATUS_OWN);
    return str_equal(iso_text(iso, STATUS_CODE), "BOOK") || (own.length >= 4 && strncasecmp(own.data, "BOOK", 4) == 0);
}

/* What the entry says of itself. */
static void fill_entry(struct statement_read *read, const struct iso_read *iso, struct camt053_line *line)
{
    *line = (struct camt053_line){
        .entry_reference = iso_text(iso, ENTRY_REFERENCE),
        .entry_serial = iso_text(iso, ENTRY_SERIAL),
        .entry_amount_fen = iso_number(iso, ENTRY_AMOUNT, 0),
        .entry_is_credit = iso_number(iso, ENTRY_SIDE, 0),
        .is_reversal = iso_number(iso, ENTRY_REVERSAL, 0),
        .status = iso_text_of(iso, STATUS_CODE, STATUS_OWN),
        .is_booked = is_booked(iso),
        .booked_on = day_of(iso, BOOKED_DAY, BOOKED_MOMENT),
        .value_on = day_of(iso, VALUE_DAY, VALUE_MOMENT),
        .code = code_of(read, iso, ENTRY_DOMAIN_CODE, ENTRY_OWN_CODE),
        .entry_no = read->entry_no,
        .line_number = iso_line(iso),
        .batch_message_id = iso_text(iso, BATCH_MESSAGE_ID),
        .batch_payment_id = iso_text(iso, BATCH_PAYMENT_ID),
        .batch_count = iso_number(iso, BATCH_COUNT, -1),
    };
    line->amount_fen = line->entry_amount_fen;
    line->is_credit = line->entry_is_credit;
    line->bank_serial = line->entry_serial;
}

static struct str join(char *room, struct str a, struct str b)
{
    if (a.length == 0 || b.length == 0)
        return a.length > 0 ? a : b;
    memcpy(room, a.data, a.length);
    room[a.length] = ' ';
    size_t rest = 2 * ISO_TEXT_BYTES - a.length - 1;
    size_t length = b.length < rest ? b.length : rest;
    memcpy(room + a.length + 1, b.data, length);
    return (struct str){room, a.length + 1 + length};
}

struct party {
    struct str name, account;
};

static bool same(struct str a, struct str b)
{
    return a.length == b.length && (a.length == 0 || memcmp(a.data, b.data, a.length) == 0);
}

static bool is_other(const struct party *party, struct str own_account)
{
    bool is_given = party->name.length > 0 || party->account.length > 0;
    return is_given && (party->account.length == 0 || !same(party->account, own_account));
}

/* A debit has us on the debtor's side; what undoes a credit has us where the credit had us. */
static void fill_party(const struct iso_read *iso, struct camt053_line *line)
{
    struct str own_account = iso_text_of(iso, ACCOUNT_IBAN, ACCOUNT_NO);
    const struct party debtor = {iso_text_of(iso, DEBTOR_NAME, DEBTOR_BANK_NAME), iso_text_of(iso, DEBTOR_IBAN, DEBTOR_NO)};
    const struct party creditor = {iso_text_of(iso, CREDITOR_NAME, CREDITOR_BANK_NAME),
                                   iso_text_of(iso, CREDITOR_IBAN, CREDITOR_NO)};
    bool is_debtor = line->is_credit != (line->is_reversal || line->is_return);
    const struct party *likely = is_debtor ? &debtor : &creditor, *unlikely = is_debtor ? &creditor : &debtor;
    const struct party *found = is_other(likely, own_account) ? likely : is_other(unlikely, own_account) ? unlikely : NULL;
    if (!found)
        return;
    line->party_name = found->name;
    line->party_account = found->account;
}

static void fill_details(struct statement_read *read, const struct iso_read *iso, struct camt053_line *line)
{
    struct str end_to_end_id = iso_text(iso, TX_END_TO_END_ID);
    struct str remittance = join(read->text, iso_text(iso, REMITTANCE_TEXT), iso_text(iso, REFERENCE));
    line->has_details = true;
    line->detail_no = read->detail_count;
    line->amount_fen = iso_number(iso, TX_AMOUNT, iso_number(iso, TX_BOOKED_AMOUNT, line->entry_amount_fen));
    line->is_credit = iso_number(iso, TX_SIDE, line->entry_is_credit);
    line->message_id = iso_text(iso, TX_MESSAGE_ID);
    line->bank_serial = iso_text_of(iso, TX_SERIAL, ENTRY_SERIAL);
    line->payment_id = iso_text(iso, TX_PAYMENT_ID);
    line->instruction_id = iso_text(iso, TX_INSTRUCTION_ID);
    line->end_to_end_id = str_equal(end_to_end_id, "NOTPROVIDED") ? (struct str){"", 0} : end_to_end_id;
    line->agreement_no = iso_text(iso, TX_AGREEMENT);
    line->is_return = iso_has(iso, RETURN);
    line->return_code = iso_text_of(iso, RETURN_CODE, RETURN_OWN);
    line->return_text = iso_text(iso, RETURN_TEXT);
    line->remittance = remittance.length > 0 ? remittance : iso_text(iso, TX_INFO);
    if (iso_has(iso, TX_DOMAIN_CODE) || iso_has(iso, TX_OWN_CODE))
        line->code = code_of(read, iso, TX_DOMAIN_CODE, TX_OWN_CODE);
    fill_party(iso, line);
}

static bool tell_line(const struct statement_read *read, const struct camt053_line *line, struct err *e)
{
    return !read->handler->line || read->handler->line(read->context, line, e);
}

static bool add_amount(int64_t *sum_fen, int64_t amount_fen, struct err *e)
{
    return money_add(sum_fen, amount_fen, e) || err_set(e, ERR_INPUT, "the amounts together are more than can be counted");
}

/* Its figures must be known: they stand before its transactions. */
static bool check_entry_before(const struct iso_read *iso, struct err *e)
{
    return iso_due(iso, ENTRY_AMOUNT, e) && iso_due(iso, ENTRY_SIDE, e) && iso_due(iso, STATUS, e);
}

static bool end_transaction(struct statement_read *read, const struct iso_read *iso, struct err *e)
{
    struct camt053_line line;
    fill_entry(read, iso, &line);
    read->detail_count++;
    fill_details(read, iso, &line);
    read->lacks_amount |= iso_number(iso, TX_AMOUNT, iso_number(iso, TX_BOOKED_AMOUNT, -1)) < 0;
    return add_amount(&read->detail_fen, line.is_credit == line.entry_is_credit ? line.amount_fen : -line.amount_fen, e) &&
           tell_line(read, &line, e);
}

/* The transactions of an entry make its amount. */
static bool check_details(const struct statement_read *read, const struct camt053_line *line, struct err *e)
{
    char made[MONEY_TEXT_BYTES], wanted[MONEY_TEXT_BYTES];
    if (read->detail_count > 1 && read->lacks_amount) {
        (void)err_set(e, ERR_INPUT, "one of its %lld TxDtls has no Amt", (long long)read->detail_count);
        return err_hint(e, "ask the bank for the amount of each transaction, or for entries without TxDtls");
    }
    if (read->detail_fen == line->entry_amount_fen)
        return true;
    money_format_yuan(read->detail_fen, made);
    money_format_yuan(line->entry_amount_fen, wanted);
    return err_set(e, ERR_INPUT, "its TxDtls make \"%s\" where its Amt is \"%s\"", made, wanted);
}

static bool end_entry(struct statement_read *read, const struct iso_read *iso, struct err *e)
{
    struct camt053_line line;
    fill_entry(read, iso, &line);
    line.remittance = iso_text(iso, ENTRY_INFO);
    int64_t signed_fen = line.entry_is_credit ? line.entry_amount_fen : -line.entry_amount_fen;
    read->totals.entry_count++;
    if (line.is_booked && !add_amount(&read->totals.booked_fen, signed_fen, e))
        return false;
    return read->detail_count > 0 ? check_details(read, &line, e) : tell_line(read, &line, e);
}

/* ---- its end */

static bool refuse_totals(const struct camt053_totals *totals, struct err *e)
{
    char opening[MONEY_TEXT_BYTES], booked[MONEY_TEXT_BYTES], made[MONEY_TEXT_BYTES], closing[MONEY_TEXT_BYTES];
    money_format_yuan(totals->opening_fen, opening);
    money_format_yuan(totals->booked_fen, booked);
    money_format_yuan(totals->opening_fen + totals->booked_fen, made);
    money_format_yuan(totals->closing_fen, closing);
    (void)err_set(e, ERR_INPUT, "opening balance \"%s\" and booked entries of \"%s\" make \"%s\" where the closing balance is \"%s\"",
                  opening, booked, made, closing);
    return err_hint(e, "the statement is not whole: ask the bank for it again");
}

static bool end_statement(struct statement_read *read, struct err *e)
{
    int64_t made_fen = read->totals.opening_fen;
    if (!read->has_opening)
        return err_set(e, ERR_INPUT, "there is no Bal of type OPBD or PRCD");
    if (!read->has_closing)
        return err_set(e, ERR_INPUT, "there is no Bal of type CLBD");
    if (!add_amount(&made_fen, read->totals.booked_fen, e))
        return false;
    if (made_fen != read->totals.closing_fen)
        return refuse_totals(&read->totals, e);
    return !read->handler->totals || read->handler->totals(read->context, &read->totals, e);
}

static bool on_begin(void *context, struct iso_read *iso, int node, struct err *e)
{
    struct statement_read *read = context;
    switch (node) {
    case STATEMENT:
        read->is_told = read->has_opening = read->has_closing = false;
        read->totals = (struct camt053_totals){.opening_on = DATE_NO_DAY, .closing_on = DATE_NO_DAY};
        return iso_due(iso, HEADER, e);
    case BALANCE:
        return tell_statement(read, iso, e);
    case ENTRY:
        read->entry_no++;
        read->detail_count = read->detail_fen = 0;
        read->lacks_amount = false;
        return tell_statement(read, iso, e);
    case DETAILS:
        return check_entry_before(iso, e);
    default:
        return true;
    }
}

static bool on_end(void *context, struct iso_read *iso, int node, struct err *e)
{
    struct statement_read *read = context;
    switch (node) {
    case BALANCE:
        return tell_balance(read, iso, e);
    case TX:
        return end_transaction(read, iso, e);
    case ENTRY:
        return end_entry(read, iso, e);
    case STATEMENT:
        return end_statement(read, e);
    default:
        return true;
    }
}

bool camt053_read(const char *file, struct str bytes, const struct camt053_handler *handler, void *context, struct err *e)
{
    static const struct iso_handler iso_handler = {on_begin, on_end};
    struct statement_read read = {.handler = handler, .context = context};
    const struct iso_input input = {file, bytes, &form, &iso_handler, &read};
    return iso_read(&input, e);
}
