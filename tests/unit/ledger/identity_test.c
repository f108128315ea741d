/* records without money are stored where they were accepted or held as conflict, over either connection. */
#include "tests/unit/ledger/books.h"

#include "ledger/identity.h"
#include "ledger/leaf.h"

/* Adds an identity record to the last file. */
static struct identity *add_identity(struct books *b, uint32_t sequence, uint8_t kind, uint8_t verdict)
{
    struct batch_file *file = &b->batch.files[b->batch.file_count - 1];
    struct identity *r = batch_add_identities(&b->batch, 1, &b->e);
    books_must(b, r != NULL);
    *r = (struct identity){.digest = UINT64_C(0xFEDCBA9876543210) + sequence, .card_no = books_card + 1,
                           .occurred_at = date_moment(b->date, 7, 15, 30), .device_seq = sequence,
                           .record_no = ++file->identity_count, .kind = kind, .direction = DIRECTION_IN,
                           .method = METHOD_CARD, .result = RESULT_OK, .verdict = verdict};
    return r;
}

static void end_run(struct books *b)
{
    books_must(b, ledger_run_commit(&b->run, b->conninfo, &b->e) && db_exec(b->db, "RESET ROLE", &b->e));
    batch_close(&b->batch);
    arena_close(b->arena);
}

static void begin_run(struct books *b)
{
    books_begin(b);
    books_package(b, books_school_a, 22);
    (void)books_file(b, 1, 0);
}

static void test_rows(struct books *b)
{
    begin_run(b);
    (void)add_identity(b, 1, IDENTITY_ATTENDANCE, VERDICT_ACCEPTED);
    (void)add_identity(b, 2, IDENTITY_ATTENDANCE, VERDICT_DUPLICATE);
    (void)add_identity(b, 0, IDENTITY_ATTENDANCE, VERDICT_MALFORMED);
    struct identity *bus = add_identity(b, UINT32_MAX, IDENTITY_BUS, VERDICT_CONFLICT);
    bus->card_no = 0;
    books_must(b, batch_add_text(&b->batch, "\xE7\x81\xAB\xE8\xBD\xA6\xE7\xAB\x99", &bus->text, &b->e));
    CHECK(identity_has_stayed(&b->batch), "R-24 a batch with an accepted identity record has something to store");
    books_must(b, identity_write_leaf(&b->batch, &b->run, 100, &b->e) &&
                      leaf_attach(&b->run, "identity", b->run.open_date, &b->e));
    end_run(b);
    CHECK_TEXT(books_ask(b, "SELECT string_agg((record_id & 268435455) || ' ' || (record_id >> 28 = (SELECT max(run_id) FROM"
                            " ledger.run)) || ' ' || record_no || ' ' || device_seq || ' ' || verdict, ', ' ORDER BY record_id)"
                            " FROM ledger.identity"),
               "100 true 1 1 10, 103 true 4 4294967295 3", "R-24 what was accepted or held as conflict is stored, nothing else");
    CHECK_TEXT(books_ask(b, "SELECT school_code || ' ' || judged_on || ' ' || archive_id || ' ' || file_no || ' ' || device_no"
                            " || ' ' || digest || ' ' || card_no || ' ' || (occurred_at AT TIME ZONE 'Asia/Shanghai') || ' ' ||"
                            " kind || direction || method || result || coalesce(place, '-') FROM ledger.identity"
                            " WHERE record_no = 1"),
               "2113010001 2026-03-03 1 1 20000001 -81985529216486895 330106010000000001 2026-03-03 07:15:30 1111-",
               "R-24 all fields are kept");
    CHECK_TEXT(books_ask(b, "SELECT (card_no IS NULL) || ' ' || place FROM ledger.identity WHERE kind = 4"),
               "true \xE7\x81\xAB\xE8\xBD\xA6\xE7\xAB\x99", "R-24 no card is a null, the stop has its name");
}

static void test_beside(struct books *b)
{
    struct db *second = NULL;
    books_must(b, db_open(&second, b->conninfo, "daybook-test", &b->e) && db_exec(second, "SET ROLE daybook_job", &b->e));
    begin_run(b);
    (void)add_identity(b, 7, IDENTITY_GATE, VERDICT_ACCEPTED);
    struct ledger_run view = b->run;
    view.db = second;
    view.is_beside = true;
    books_must(b, db_begin(second, &b->e) && identity_write_leaf(&b->batch, &view, 0, &b->e) && db_commit(second, &b->e));
    CHECK_TEXT(books_ask(b, "SELECT count(*) FROM ledger.identity WHERE device_seq = 7"), "0",
               "DESIGN 3.2 what is filled beside a run is no part of the books yet");
    books_must(b, leaf_attach(&b->run, "identity", b->run.open_date, &b->e));
    end_run(b);
    db_close(second);
    CHECK_TEXT(books_ask(b, "SELECT count(*) FROM ledger.identity WHERE device_seq = 7"), "1",
               "it is when the run gives it its place");
    CHECK(!db_exec(b->db, "DELETE FROM ledger.identity", &b->e) && strcmp(b->e.constraint, "leaf_closed") == 0,
          "what is stored never changes");
}

static void test_nothing(struct books *b)
{
    begin_run(b);
    CHECK(!identity_has_stayed(&b->batch), "a batch without identity records has nothing to store");
    (void)add_identity(b, 8, IDENTITY_GATE, VERDICT_DUPLICATE);
    (void)add_identity(b, 0, IDENTITY_GATE, VERDICT_MALFORMED);
    CHECK(!identity_has_stayed(&b->batch), "nor has one of duplicates and malformed ones");
    end_run(b);
}

int main(void)
{
    static struct books b;
    if (!books_open(&b, "daybook_identity_test"))
        return 0;
    test_rows(&b);
    test_beside(&b);
    test_nothing(&b);
    books_close(&b, "daybook_identity_test");
    return tap_end();
}
