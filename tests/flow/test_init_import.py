"""init and import: the schema once, reference files all or nothing, the same file again without effect."""
from harness import ATTENTION, DATABASE, DONE, USAGE, FlowCase, psql
import town as t
from town import A, DAY, TownCase


class Init(FlowCase):
    @classmethod
    def prepare(cls, stage):
        pass

    def test_init_lays_out_the_schema_and_a_second_one_changes_nothing(self):
        self.stage.run("init")
        self.assertEqual(self.stage.rows("SELECT count(*) FROM api.transfer"), [("0",)])
        self.assert_nothing_changes("init")

    def test_the_views_have_the_columns_of_formats_13(self):
        self.stage.run("init")
        wanted = {
            "archive": "archive_id,name,sha256,school_code,state,reason,records,posted,duplicate,held,rejected,received_at",
            "exception": "exception_id,verdict,state,school_code,device_no,device_seq,card_no,counter,amount_fen,"
                         "occurred_at,accounting_date,archive,file,record_no,detail",
            "transfer": "transfer_id,entry_id,accounting_date,occurred_at,debit_account,credit_account,amount_fen,kind,"
                        "card_no,merchant_no,device_no,device_seq,reverses",
            "account": "account,code,name,owner,normal_side",
            "trial_balance": "accounting_date,code,name,opening_fen,debit_fen,credit_fen,closing_fen",
            "card_balance": "card_no,person_no,ledger_fen,card_fen,counter,as_of",
            "merchant_day": "accounting_date,merchant_no,purchases,purchase_fen,reversals,reversal_fen,late_fen,fee_fen,"
                            "net_fen,held_fen",
            "statement": "statement_no,merchant_no,period,from_date,to_date,edition,turnover_fen,fee_fen,net_fen,sha256,"
                         "check_code",
            "terminal_day": "accounting_date,device_no,collected,posted,duplicate,held,rejected,missing,amount_fen,"
                            "device_total_fen",
            "job_run": "job,date,started_at,ended_at,status,counts,message"}
        for view, columns in wanted.items():
            with self.subTest(view):
                self.assertEqual(self.stage.value(
                    "SELECT string_agg(attname, ',' ORDER BY attnum) FROM pg_attribute "
                    f"WHERE attrelid = 'api.{view}'::regclass AND attnum > 0"), columns)

    def test_a_job_before_init_says_so(self):
        done = self.stage.run("audit", expect=DATABASE)
        self.assertIn("the database holds no schema of daybook; hint: run: daybook init", done.stderr)

    def test_a_settings_file_that_is_not_there_is_a_usage_error(self):
        self.stage.config.unlink()
        done = self.stage.run("init", expect=USAGE)
        self.assertIn(str(self.stage.config), done.stderr)

    def test_an_unknown_setting_is_named_with_its_line(self):
        self.stage.settings["site"]["colour"] = "red"
        self.stage.write_settings()
        done = self.stage.run("init", expect=USAGE)
        self.assertIn(f'"{self.stage.config}" line 7: unknown key "colour" in [site]', done.stderr)


class Import(TownCase):
    def import_text(self, kind, text, expect=DONE, encoding="utf-8"):
        path = self.stage.folder / f"given-{kind}.csv"
        path.write_bytes(text.encode(encoding))
        return self.stage.run("import", kind, path, "--date", DAY, expect=expect)

    def test_the_opening_balances_are_posted(self):
        self.assertEqual(self.stage.rows("SELECT debit_account, kind, count(*), sum(amount_fen) FROM api.transfer "
                                         "GROUP BY 1, 2"),
                         [("3001:", "opening", str(len(t.CARDS)), str(t.OPENING_FEN))])
        self.assertEqual(self.stage.rows("SELECT DISTINCT accounting_date, occurred_at FROM api.transfer"),
                         [(DAY, "2026-03-02 00:00:00+08")])

    def test_the_same_files_again_change_nothing(self):
        for kind in t.KINDS:
            with self.subTest(kind):
                self.assert_nothing_changes("import", kind, self.stage.folder / "reference" / f"{kind}.csv", "--date", DAY)

    def test_a_byte_order_mark_crlf_and_any_order_of_columns_are_read(self):
        self.import_text("calendar", "\ufeffnote,date,school_code,kind\r\n春节,2026-02-16,,holiday\r\n\r\n")
        self.assertEqual(self.stage.rows("SELECT kind, note FROM ref.calendar WHERE calendar_date = '2026-02-16'"),
                         [("holiday", "春节")])

    def test_a_file_that_is_not_utf8_is_read_as_gb18030(self):
        self.import_text("calendar", "date,kind,school_code,note\n2026-05-01,holiday,,劳动节㐀\n", encoding="gb18030")
        self.assertEqual(self.stage.value("SELECT note FROM ref.calendar WHERE calendar_date = '2026-05-01'"), "劳动节㐀")

    def test_a_known_key_with_other_values_is_updated_and_the_old_row_stays(self):
        rows = t.reference_rows()["merchant"]
        changed = [(number, name, school, kind, parent, bps + 1, *rest)
                   for number, name, school, kind, parent, bps, *rest in rows]
        self.import_text("merchant", t.reference_text("merchant", changed))
        self.assertEqual(self.stage.rows(f"SELECT fee_bps, superseded_run IS NULL FROM ref.merchant "
                                         f"WHERE merchant_no = {A}10001 ORDER BY known_run"), [("60", "f"), ("61", "t")])

    def test_a_changed_opening_state_of_a_card_is_refused(self):
        rows = [(*row[:10], row[10] + 1, row[11]) for row in t.reference_rows()["card"]]
        before = self.stage.snapshot(without=("ops.job_run",))
        done = self.import_text("card", t.reference_text("card", rows), expect=ATTENTION)
        self.assertIn(', line 2, column "balance_fen": "20001" would change the opening state of a known card, which was '
                      '"20000"', done.stderr)
        after = self.stage.snapshot(without=("ops.job_run",))
        self.assert_same(before, after)

    def test_all_rows_go_in_or_none_and_bad_ones_are_reported_with_line_and_column(self):
        good = "2026-06-19,holiday,,端午节\n"
        for row, column, words in (
                ("2026-02-30,holiday,,x", "date", '"2026-02-30" is not a date YYYY-MM-DD'),
                ("2026-06-20,party,,x", "kind", '"party" is not one of school, holiday, makeup'),
                ("2026-06-20,holiday,213700000,x", "school_code", '"213700000" is not 10 digits'),
                ("2026-06-20,,,x", "kind", '"" is empty')):
            with self.subTest(row):
                done = self.import_text("calendar", f"date,kind,school_code,note\n{good}{row}\n", expect=ATTENTION)
                self.assert_fault(done, "calendar", f', line 3, column "{column}": {words}')
                self.assertEqual(self.stage.value("SELECT count(*) FROM ref.calendar "
                                                  "WHERE calendar_date = '2026-06-19'"), "0")

    def assert_fault(self, done, kind, words):
        """The file is refused with one fault, in these words, and with what to do."""
        fault = f'file "{self.stage.folder}/given-{kind}.csv"{words}'
        self.assertIn(f"row_refused {fault}\n", done.stderr)
        self.assertIn(f"nothing was imported: 1 faults, the first: {fault}; hint: mend the file and import it again: "
                      "all of its rows go in, or none\n", done.stderr)

    def test_an_unknown_column_and_a_missing_one_are_errors(self):
        for heading, words in (("date,kind,school_code,note,colour", ', line 1, column "colour": unknown column'),
                               ("date,school_code,note", ', line 1: column "kind" is missing'),
                               ("date,kind,kind,note", ', line 1, column "kind": column comes twice')):
            with self.subTest(heading):
                self.assert_fault(self.import_text("calendar", heading + "\n", expect=ATTENTION), "calendar", words)

    def test_form_is_checked_in_every_kind(self):
        cases = {"school": (f"{A}0,学校,370102,primary,central,", "school_code", f'"{A}0" is not 10 digits'),
                 "merchant": (f"{A}10009,店,{A},managed,,0,0,0,day,a,b,c", "parent_no",
                              '"" is empty, and a managed merchant rolls up into one'),
                 "terminal": (f"30000500,370100000500,pos,{A},1,,2025-09-01,,pos-bin/1,100,,", "merchant_no",
                              '"" is empty, and a pos terminal needs a merchant'),
                 "person": (f"s-1,student,x,{A},,,,,,,,,active", "person_no", '"s-1" is not 1 to 20 of 0-9 and A-Z'),
                 "card": ("370102010000000019,S1,1,m1,0,normal,2025-09-01,2031-08-31,0,0,0,", "card_no",
                          '"370102********0019" is not 18 digits with a right luhn digit'),
                 "loss": (f"{t.card_no(1)},gone,2026-03-02 08:00:00,x", "kind",
                          '"gone" is not one of lost, found, bad, closed')}
        for kind, (row, column, words) in cases.items():
            with self.subTest(kind):
                done = self.import_text(kind, f"{t.COLUMNS[kind]}\n{row}\n", expect=ATTENTION)
                self.assert_fault(done, kind, f', line 2, column "{column}": {words}')

    def test_overlapping_rows_of_a_terminal_are_refused(self):
        row = t.reference_text("terminal", [("30000101", "370100000101", "pos", A, "2", A + "10001", "2026-01-01", "",
                                             "pos-bin/1", 100, "", "")])
        done = self.import_text("terminal", row, expect=ATTENTION)
        self.assert_fault(done, "terminal", ', line 2, column "valid_from": device "30000101" has another row from '
                                            "2025-09-01 whose dates overlap")

    def test_an_unknown_kind_is_a_usage_error(self):
        done = self.stage.run("import", "bananas", "/dev/null", expect=USAGE)
        self.assertEqual(done.stderr, 'daybook: there is no KIND "bananas" to import\nhint: one of school, merchant, '
                                      "terminal, person, card, calendar, opening, loss, cash, subsidy\n")

    def test_the_first_import_needs_a_date(self):
        fresh = self.copy_of(self.stage)
        psql("postgres", "-c", f'DROP DATABASE "{fresh.name}"', "-c", f'CREATE DATABASE "{fresh.name}"')
        fresh.run("init")
        done = fresh.run("import", "school", fresh.folder / "reference" / "school.csv", expect=USAGE)
        self.assertIn("--date", done.stderr)
