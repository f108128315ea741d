#include "jobs/sheet.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "tests/unit/tap.h"

static const struct sheet_column columns[] = {{"name", SHEET_TEXT}, {"pieces", SHEET_COUNT}, {"worth_fen", SHEET_FEN}};

static void fill(struct sheet *sheet)
{
    static const char *const rows[][3] = {{"饭卡", "2", "1250"}, {"a longer name", "10", NULL}};
    sheet_part(sheet, "head", "Head");
    sheet_text(sheet, "who_knows", "somebody");
    sheet_text(sheet, "nothing", "");
    sheet_count(sheet, "pieces", 3);
    sheet_fen(sheet, "worth_fen", -5);
    sheet_note(sheet, "a sentence of %d words", 5);
    sheet_part(sheet, "body", "Body");
    sheet_table(sheet, "rows", SHEET_COLUMNS(columns), "none");
    sheet_cells(sheet, rows[0]);
    sheet_cells(sheet, rows[1]);
    sheet_table_end(sheet);
    sheet_part(sheet, "tail", "Tail");
    sheet_table(sheet, "rows", SHEET_COLUMNS(columns), "none of these");
    sheet_table_end(sheet);
}

/* What standard output gets, through a pipe. */
static const char *printed(bool is_json)
{
    static char text[2048];
    int ends[2], kept = dup(STDOUT_FILENO);
    struct sheet *sheet = NULL;
    struct err e;
    (void)fflush(stdout);
    ALWAYS(kept >= 0 && pipe(ends) == 0 && dup2(ends[1], STDOUT_FILENO) >= 0);
    ALWAYS(sheet_open(&sheet, is_json, &e));
    fill(sheet);
    bool done = sheet_print(sheet, &e);
    sheet_close(sheet);
    ALWAYS(dup2(kept, STDOUT_FILENO) >= 0 && close(ends[1]) == 0 && close(kept) == 0);
    ssize_t length = read(ends[0], text, sizeof text - 1);
    ALWAYS(done && length > 0 && close(ends[0]) == 0);
    text[length] = '\0';
    return text;
}

int main(void)
{
    CHECK_TEXT(printed(false),
               "Head\n"
               "  who knows          somebody\n"
               "  pieces             3\n"
               "  worth              -0.05\n"
               "  - a sentence of 5 words\n"
               "\nBody\n"
               "  name          pieces worth\n"
               "  饭卡               2 12.50\n"
               "  a longer name     10      \n"
               "\nTail\n"
               "  none of these\n",
               "a sheet on paper is aligned, amounts are yuan, what is empty is left out");
    CHECK_TEXT(printed(true),
               "{\"head\":{\"who_knows\":\"somebody\",\"nothing\":null,\"pieces\":3,\"worth_fen\":-5,"
               "\"notes\":[\"a sentence of 5 words\"]},\"body\":{\"rows\":[{\"name\":\"饭卡\",\"pieces\":2,\"worth_fen\":1250},"
               "{\"name\":\"a longer name\",\"pieces\":10,\"worth_fen\":null}],\"notes\":[]},"
               "\"tail\":{\"rows\":[],\"notes\":[]}}\n",
               "a sheet in JSON has all keys, amounts are fen");
    return tap_end();
}
