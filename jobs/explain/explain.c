#include "jobs/explain/explain.h"

#include <string.h>

#include "jobs/explain/explain_private.h"

static const struct form {
    const char *word;
    int arguments;
    const char *written;
    bool (*run)(struct explain *x, char *const *arguments, struct err *e);
} forms[] = {
    {"card", 1, "card NO", explain_card},
    {"person", 1, "person NO", explain_person},
    {"transfer", 1, "transfer ID", explain_transfer},
    {"record", 3, "record ARCHIVE FILE N", explain_record},
    {"statement", 1, "statement NO", explain_statement},
};
enum { FORMS = sizeof forms / sizeof forms[0] };

static const struct form *find_form(const char *word)
{
    for (size_t i = 0; i < FORMS; i++)
        if (strcmp(forms[i].word, word) == 0)
            return &forms[i];
    return NULL;
}

static bool check_explain(const struct command *command, struct err *e)
{
    const struct form *form = find_form(command->arguments[0]);
    if (!form) {
        (void)err_set(e, ERR_USAGE, "daybook explain: there is no \"%s\" to explain", command->arguments[0]);
        return err_hint(e, "one of card, person, transfer, record, statement");
    }
    if (command->argument_count == 1 + form->arguments)
        return true;
    (void)err_set(e, ERR_USAGE, "daybook explain %s is written otherwise", form->word);
    return err_hint(e, "daybook explain %s", form->written);
}

void explain_put_table(struct explain *x, const struct explain_table *table, const struct db_rows *rows)
{
    sheet_part(x->sheet, table->key, table->title);
    sheet_table(x->sheet, "rows", table->columns, table->column_count, table->empty);
    sheet_rows(x->sheet, rows);
    sheet_table_end(x->sheet);
}

bool explain_read_card(const char *text, int64_t *card_no, struct err *e)
{
    struct str digits = str_of(text);
    if (digits.length == 20 && strncmp(text, "00", 2) == 0) {
        digits.data += 2;
        digits.length -= 2;
    }
    if (digits.length == 18 && str_to_int64(digits, card_no))
        return true;
    (void)err_set(e, ERR_USAGE, "\"%s\" is no card number", text);
    return err_hint(e, "18 digits, or 20 that begin with 00");
}

/* One snapshot, so that all figures are of one moment. */
static bool answer(struct explain *x, struct err *e)
{
    const struct command *command = x->context->command;
    const struct form *form = find_form(command->arguments[0]);
    if (!db_begin(x->context->db, e))
        return false;
    bool done = db_exec(x->context->db, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY", e) &&
                form->run(x, command->arguments + 1, e);
    db_rollback(x->context->db);
    return done;
}

static bool run_explain(struct job_context *context, struct err *e)
{
    struct explain x = {.context = context};
    bool done = sheet_open(&x.sheet, context->command->is_json, e) && answer(&x, e) && sheet_print(x.sheet, e);
    sheet_close(x.sheet);
    return done;
}

const struct job job_explain = {
    .name = "explain",
    .arguments = "card|person|transfer|record|statement ...",
    .arguments_min = 1,
    .arguments_max = 4,
    .summary = "shows where a figure came from, down to archive, file, byte offset and the raw record",
    .details = "explain card NO; explain person NO; explain transfer ID; explain record ARCHIVE FILE N; explain statement NO.\n"
               "card says in words why card and ledger differ. record reads the bytes of intake/ again and shows them with "
               "the rule that decided, transfers, decisions and exceptions; ARCHIVE is a package's name, number or SHA-256, "
               "FILE its name with or without logs/, N counts from 1. statement leads from each line to its transfers, -v "
               "lists them. It changes nothing. Numbers of cards are shown whole: it is for authorized staff.",
    .needs = JOB_SETTINGS | JOB_DATABASE | JOB_READS | JOB_PRINTS,
    .check = check_explain,
    .run = run_explain,
};
