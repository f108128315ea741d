"""Money to claim: openings, cash slips and subsidies come in, lapse, and move when a card is closed or replaced."""
import datetime

from harness import ATTENTION, DONE
import town as t
from town import A, B, DAY, TownCase, card_no

ANN, BEN, CAT, DAN = card_no(1), card_no(2), card_no(3), card_no(4)


class ClaimsCase(TownCase):
    """Imports rows as files, and asks what cards may claim."""

    def given(self, kind, rows):
        self.files = getattr(self, "files", 0) + 1
        path = self.stage.folder / f"given-{kind}-{self.files}.csv"
        path.write_text(t.reference_text(kind, rows))
        return path

    def take(self, kind, rows, date=DAY):
        """Imports rows, twice: the second time nothing changes."""
        path = self.given(kind, rows)
        done = self.stage.run("import", kind, path, "--date", date)
        self.assert_nothing_changes("import", kind, path, "--date", date)
        return done

    def refuse(self, kind, rows, *faults):
        """Nothing goes in, and each fault is told: (line, column, words)."""
        path = self.given(kind, rows)
        before = self.stage.snapshot(without=("ops.job_run",))
        done = self.stage.run("import", kind, path, "--date", DAY, expect=ATTENTION)
        self.assert_same(before, self.stage.snapshot(without=("ops.job_run",)))
        for line, column, words in faults:
            self.assertIn(f'row_refused file "{path}", line {line}, column "{column}": {words}\n', done.stderr)
        self.assertEqual(done.stderr.count("row_refused"), len(faults), done.stderr)

    def entries(self, where):
        """The transfers, those of one entry together."""
        return self.stage.rows("SELECT dense_rank() OVER (ORDER BY entry_id), debit_account, credit_account, amount_fen "
                               f"FROM api.transfer WHERE {where} ORDER BY transfer_id")

    def claims(self):
        return self.stage.rows(
            "SELECT api.pad(c.card_no, 18), c.topup_fen, c.advance_fen, (SELECT string_agg(l.valid_to || ' ' || l.left_fen, "
            "', ' ORDER BY l.valid_to) FROM ledger.subsidy_lot AS l WHERE l.card_no = c.card_no) "
            "FROM ledger.card_claim AS c ORDER BY 1")

    def balance(self, account):
        return int(self.stage.value("SELECT coalesce(sum(CASE WHEN credit_account = '{0}' THEN amount_fen ELSE -amount_fen "
                                    "END), 0) FROM api.transfer WHERE '{0}' IN (debit_account, credit_account)"
                                    .format(account)))

    def audit(self):
        """Clean, whatever was done."""
        self.stage.run("audit")


class Openings(ClaimsCase):
    ROWS = [("1001:王师傅", 5000), ("1002:6228480000000000", 700000), ("1122:unknown", 30), (f"1221:{A}:{B}", 40),
            ("1298:subsidy_draw", 11), (f"2002:{ANN}", 2000), (f"2004:{A}10001", 12345), (f"2203:{ANN}", 300),
            ("2204:east", 60), (f"2205:{BEN}", 400), ("2206:S3", 70), ("2298:unknown_terminal", 80), ("3101:", 90000),
            (f"6002:{A}", 5), (f"6005:{B}", 6), (f"6201:{A}", 7)]

    def test_every_account_but_purses_opens_against_3001_on_its_side(self):
        self.take("opening", self.ROWS)
        debit = {"1001", "1002", "1122", "1221", "1298", "6201"}
        wanted, entry = [], 0
        for account, fen in self.ROWS:
            entry += 1
            wanted.append((str(entry), account, "3001:", str(fen)) if account[:4] in debit
                          else (str(entry), "3001:", account, str(fen)))
            if account.startswith("1221"):
                wanted.append((str(entry), "3001:", f"1221:{B}:{A}", str(fen)))
        self.assertEqual(self.entries("kind = 'opening' AND '2001' NOT IN (left(credit_account, 4))"), wanted)
        self.assertEqual(self.stage.rows("SELECT DISTINCT accounting_date, occurred_at FROM api.transfer"),
                         [(DAY, "2026-03-02 00:00:00+08")])
        self.audit()

    def test_each_lies_in_the_book_of_its_owner_or_in_the_bureaus(self):
        self.take("opening", self.ROWS)
        books = dict(self.stage.rows("SELECT CASE WHEN debit_account = '3001:' THEN credit_account ELSE debit_account END, "
                                     "school_code FROM ledger.transfer WHERE credit_account NOT LIKE '2001:%'"))
        self.assertEqual(books.pop(f"1221:{B}:{A}"), B)
        self.assertEqual({account: book for account, book in books.items() if book != "0"},
                         {f"1221:{A}:{B}": A, f"2002:{ANN}": A, f"2004:{A}10001": A, f"2203:{ANN}": A, f"2205:{BEN}": A,
                          "2206:S3": B, f"6002:{A}": A, f"6005:{B}": B, f"6201:{A}": A})
        self.assertEqual(self.stage.value("SELECT count(*) FROM api.account WHERE account IN ({})".format(
            ", ".join(f"'{account}'" for account, _ in self.ROWS))), str(len(self.ROWS)))

    def test_what_is_opened_to_claim_can_be_claimed_and_never_lapses(self):
        self.take("opening", self.ROWS)
        self.assertEqual(self.claims(), [(ANN, "0", "0", "infinity 300"), (BEN, "400", "0", None)])

    def test_an_opening_is_never_changed(self):
        self.take("opening", self.ROWS)
        self.refuse("opening", [(account, fen + (account == "3101:")) for account, fen in self.ROWS],
                    (14, "amount_fen", '"90001" would change an opening that is posted, which was "90000"'))

    def test_an_account_that_cannot_be_opened_is_told(self):
        stranger = card_no(99)
        faults = [(f"2001:{ANN}", "purses are opened by the balance_fen of their cards"),
                  ("3001:", "openings are against this account"),
                  ("1003:x", "is not a code of the chart of accounts, a colon and an owner"),
                  ("2004", "is not a code of the chart of accounts, a colon and an owner"),
                  (f"2203:{stranger}", f'"{stranger[:6]}********{stranger[-4:]}" is not a known card'),
                  ("2205:17", "its owner is not a card of 18 digits"),
                  (f"2004:{A}99999", f'"{A}99999" is not a known merchant'),
                  ("2004:x", '"x" is not a known merchant'),
                  ("6002:1137000001", '"1137000001" is not a known school'),
                  (f"1221:{A}:{A}", f'"{A}:{A}" is not two known schools'),
                  (f"1221:{A}", f'"{A}" is not two known schools'),
                  ("2206:NOBODY", '"NOBODY" is not a known person'),
                  ("3101:x", "this account has no owner"),
                  ("1298:Who Knows", '"Who Knows" is not a reason in lower-case letters'),
                  ("1001:", "its owner is missing")]
        self.refuse("opening", [(account, 1) for account, _ in faults],
                    *[(line, "account", words) for line, (_, words) in enumerate(faults, 2)])


class Cash(ClaimsCase):
    def test_a_top_up_waits_to_be_claimed(self):
        self.take("cash", [("K1", "王师傅", "topup", ANN, "", 10000, "2026-03-02 09:00:00"),
                           ("K2", "王师傅", "topup", ANN, "", 500, "2026-03-01 09:00:00"),
                           ("K3", "李", "topup", BEN, "", 300, "2026-03-03 09:00:00")])
        self.assertEqual(self.stage.rows("SELECT accounting_date, occurred_at, debit_account, credit_account, amount_fen, "
                                         "card_no FROM api.transfer WHERE kind = 'cash_topup' ORDER BY transfer_id"),
                         [(DAY, "2026-03-02 09:00:00+08", "1001:王师傅", f"2205:{ANN}", "10000", ANN),
                          (DAY, "2026-03-01 09:00:00+08", "1001:王师傅", f"2205:{ANN}", "500", ANN),
                          ("2026-03-03", "2026-03-03 09:00:00+08", "1001:李", f"2205:{BEN}", "300", BEN)])
        self.assertEqual(self.claims(), [(ANN, "10500", "0", None), (BEN, "300", "0", None)])
        self.audit()

    def test_refunds_card_fees_and_deposits_are_posted(self):
        self.take("opening", [("2206:S1", 5000)])
        self.take("cash", [("K1", "w", "refund", ANN, "", 3000, "2026-03-02 09:00:00"),
                           ("K2", "w", "cardfee", CAT, "", 2000, "2026-03-02 09:01:00"),
                           ("K3", "w", "deposit_to_bank", "", "6228", 900, "2026-03-02 17:00:00")])
        self.assertEqual(self.stage.rows("SELECT kind, t.debit_account, t.credit_account, t.amount_fen, t.card_no, "
                                         "x.school_code FROM api.transfer AS t JOIN ledger.transfer AS x USING (transfer_id) "
                                         "WHERE t.kind ~ '^ca(sh|rd)_' ORDER BY 1"),
                         [("card_fee", "1001:w", f"6005:{B}", "2000", CAT, B),
                          ("cash_refund", "2206:S1", "1001:w", "3000", ANN, A),
                          ("cash_to_bank", "1002:6228", "1001:w", "900", None, "0")])
        self.audit()

    def test_no_more_is_refunded_than_the_person_has_to_get_back(self):
        self.take("opening", [("2206:S1", 5000)])
        slip = [(f"K{n}", "w", "refund", ANN, "", 2000, "2026-03-02 09:00:00") for n in range(3)]
        self.refuse("cash", slip + [("K9", "w", "refund", BEN, "", 1, "2026-03-02 09:00:00")],
                    (4, "amount_fen", '"2000" is more than person "S1" has to get back, which is "1000"'),
                    (5, "amount_fen", '"1" is more than person "S2" has to get back, which is "0"'))
        self.take("cash", slip[:2])
        self.assertEqual(self.balance("2206:S1"), 1000)

    def test_a_known_slip_is_never_changed(self):
        slip = ("K1", "w", "topup", ANN, "", 100, "2026-03-02 09:00:00")
        self.take("cash", [slip])
        words = 'slip "K1" is known with another one, and what it posted stands'
        for column, value in ((1, "x"), (2, "cardfee"), (3, BEN), (4, "6228"), (5, 101), (6, "2026-03-02 09:00:01")):
            with self.subTest(t.COLUMNS["cash"].split(",")[column]):
                self.refuse("cash", [(*slip[:column], value, *slip[column + 1:])],
                            (2, t.COLUMNS["cash"].split(",")[column], words))

    def test_a_slip_of_an_unknown_card_or_a_far_time_is_told(self):
        stranger = card_no(99)
        self.refuse("cash", [("K1", "w", "topup", stranger, "", 100, "2026-03-02 09:00:00"),
                             ("K2", "w", "topup", ANN, "", 100, "2027-03-04 00:00:00"),
                             ("K1", "w", "topup", ANN, "", 100, "2026-03-02 09:00:00")][:2],
                    (2, "card_no", f'"{stranger[:6]}********{stranger[-4:]}" is not a known card'),
                    (3, "at", '"2027-03-04 00:00:00+08" is more than a year after the open date 2026-03-02'))


class Subsidies(ClaimsCase):
    def test_a_card_gets_what_its_row_says(self):
        self.take("subsidy", [("B1", "", ANN, 1500, "2026-03-31"), ("B2", "", ANN, 500, "2026-03-15"),
                              ("B3", "", CAT, 7, "2026-03-31")])
        self.assertEqual(self.entries("kind = 'subsidy_grant'"),
                         [("1", "3101:", f"2203:{ANN}", "1500"), ("2", "3101:", f"2203:{ANN}", "500"),
                          ("3", "3101:", f"2203:{CAT}", "7")])
        self.assertEqual(self.stage.rows("SELECT DISTINCT accounting_date, occurred_at, card_no FROM api.transfer "
                                         "WHERE kind = 'subsidy_grant' ORDER BY 3"),
                         [(DAY, "2026-03-02 00:00:00+08", ANN), (DAY, "2026-03-02 00:00:00+08", CAT)])
        self.assertEqual(self.claims(), [(ANN, "0", "0", "2026-03-15 500, 2026-03-31 1500"),
                                         (CAT, "0", "0", "2026-03-31 7")])
        self.audit()

    def test_a_class_means_its_cards_that_are_normal_now(self):
        # Class 1: ann, ben, dan (lost), fay (frozen), old (expired).
        self.take("loss", [(BEN, "lost", "2026-03-01 08:00:00", "")])
        self.take("subsidy", [("B1", 1, "", 100, "2026-03-31"), ("B1", 2, "", 200, "2026-03-31"),
                              ("B1", 99, "", 300, "2026-03-31")])
        self.assertEqual(self.entries("kind = 'subsidy_grant'"),
                         [("1", "3101:", f"2203:{ANN}", "100"), ("2", "3101:", f"2203:{CAT}", "200")])
        self.assertEqual(self.stage.rows("SELECT card_class, cards FROM ref.subsidy ORDER BY 1"),
                         [("1", "1"), ("2", "1"), ("99", "0")])
        self.audit()

    def test_a_card_that_was_found_is_normal_again_a_closed_one_is_not(self):
        self.take("loss", [(BEN, "lost", "2026-03-01 08:00:00", ""), (BEN, "found", "2026-03-01 09:00:00", ""),
                           (ANN, "closed", "2026-03-01 08:00:00", ""), (ANN, "found", "2026-03-01 09:00:00", "")])
        self.take("subsidy", [("B1", 1, "", 100, "2026-03-31")])
        self.assertEqual(self.claims(), [(BEN, "0", "0", "2026-03-31 100")])

    def test_who_has_left_gets_nothing_by_class(self):
        rows = [(*row[:-1], "left") if row[0] == "S1" else row for row in t.reference_rows()["person"]]
        self.take("person", rows)
        self.take("subsidy", [("B1", 1, "", 100, "2026-03-31"), ("B1", "", ANN, 9, "2026-03-31")])
        self.assertEqual(self.claims(), [(ANN, "0", "0", "2026-03-31 9"), (BEN, "0", "0", "2026-03-31 100")])

    def test_a_known_subsidy_is_never_changed_and_an_unknown_card_is_told(self):
        stranger = card_no(99)
        self.take("subsidy", [("B1", 1, "", 100, "2026-03-31"), ("B1", "", ANN, 50, "2026-03-31")])
        self.refuse("subsidy", [("B1", 1, "", 101, "2026-03-31"), ("B1", "", ANN, 50, "2026-03-30"),
                                ("B1", "", stranger, 1, "2026-03-31")],
                    (2, "amount_fen", '"101" would change a subsidy that is granted, which was "100"'),
                    (3, "valid_to", '"2026-03-30" would change a subsidy that is granted, which was "2026-03-31"'),
                    (4, "card_no", f'"{stranger[:6]}********{stranger[-4:]}" is not a known card'))
