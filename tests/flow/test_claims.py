"""Money to claim: openings, cash slips and subsidies come in, lapse, and move when a card is closed or replaced."""
import datetime

from harness import ATTENTION, DONE
import town as t
from town import A, B, DAY, TownCase, card_no

ANN, BEN, CAT, EVE = card_no(1), card_no(2), card_no(3), card_no(5)


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

    def test_the_trial_balance_shows_each_code_on_its_side(self):
        self.take("opening", self.ROWS)
        closing = {code: int(fen) for code, fen in self.stage.rows(
            f"SELECT code, closing_fen FROM api.trial_balance WHERE accounting_date = '{DAY}'")}
        wanted = {account[:4]: fen for account, fen in self.ROWS} | {"1221": 0, "2001": t.OPENING_FEN}
        for code, fen in wanted.items():
            self.assertEqual(closing[code], fen, code)
        debit = ("1001", "1002", "1122", "1221", "1298", "6201")
        self.assertEqual(closing["3001"], sum(fen if code in debit else -fen for code, fen in wanted.items()))

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
                  ("1001:", "its owner is missing"),
                  ("1002:a:b", '"a:b" is no owner: it has a colon, or a blank at an end'),
                  ("2204:a ", '"a " is no owner: it has a colon, or a blank at an end')]
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
        self.assertEqual(self.stage.rows("SELECT t.kind, t.debit_account, t.credit_account, t.amount_fen, t.card_no, "
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

    def test_a_slip_of_an_unknown_card_or_a_far_time_or_a_name_that_owns_no_account_is_told(self):
        stranger = card_no(99)
        words = "it owns an account, so it has no colon and no blank at an end"
        self.refuse("cash", [("K1", "w", "topup", stranger, "", 100, "2026-03-02 09:00:00"),
                             ("K2", "w", "topup", ANN, "", 100, "2027-03-04 00:00:00"),
                             ("K3", "w ", "topup", ANN, "", 100, "2026-03-02 09:00:00"),
                             ("K4", "w", "deposit_to_bank", "", "62:28", 100, "2026-03-02 09:00:00")],
                    (2, "card_no", f'"{stranger[:6]}********{stranger[-4:]}" is not a known card'),
                    (3, "at", '"2027-03-04 00:00:00+08" is more than a year after the open date 2026-03-02'),
                    (4, "cashier", words), (5, "bank_account", words))


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


class SettleCase(ClaimsCase):
    """Days go by; settle is run twice on each."""

    def settle(self, date=DAY):
        done = self.stage.run("settle", "--date", date)
        self.assert_nothing_changes("settle", "--date", date)
        return done

    def seal(self, date):
        """Closes a day whose jobs before settle find nothing to do."""
        self.close(expect=DONE, date=date)
        self.settle(date)
        self.stage.run("blacklist", "--date", date)
        self.stage.run("seal", "--date", date)

    def seal_until(self, date):
        """Closes the days from the first one up to, without, a date."""
        day = datetime.date.fromisoformat(DAY)
        while day < datetime.date.fromisoformat(date):
            self.seal(str(day))
            day += datetime.timedelta(1)

    def moved(self, date):
        """What settle moved on a date: the legs of each entry."""
        return self.stage.rows("SELECT dense_rank() OVER (ORDER BY entry_id), kind, debit_account, credit_account, amount_fen, "
                               f"card_no FROM api.transfer WHERE accounting_date = '{date}' AND kind IN ('subsidy_lapse', "
                               "'card_closed', 'card_replaced') ORDER BY transfer_id")


class Lapses(SettleCase):
    def test_a_lot_lapses_in_the_night_of_the_day_after_its_last(self):
        self.take("subsidy", [("B1", "", ANN, 1500, "2026-03-02"), ("B2", "", ANN, 500, "2026-03-03"),
                              ("B3", "", CAT, 70, "2026-03-02")])
        self.seal(DAY)
        self.assertEqual(self.moved(DAY), [])
        self.settle("2026-03-03")
        self.assertEqual(self.moved("2026-03-03"), [("1", "subsidy_lapse", f"2203:{ANN}", "3101:", "1500", ANN),
                                                    ("2", "subsidy_lapse", f"2203:{CAT}", "3101:", "70", CAT)])
        self.assertEqual(self.stage.rows("SELECT DISTINCT occurred_at FROM api.transfer WHERE kind = 'subsidy_lapse'"),
                         [("2026-03-03 00:00:00+08",)])
        self.assertEqual(self.stage.rows("SELECT school_code FROM ledger.transfer WHERE kind = 7 ORDER BY transfer_id"),
                         [(A,), (B,)])
        self.assertEqual(self.claims(), [(ANN, "0", "0", "2026-03-03 500")])
        self.audit()

    def test_a_day_is_not_sealed_while_a_lapse_is_due(self):
        self.take("subsidy", [("B1", "", ANN, 1500, "2026-03-02")])
        self.seal(DAY)
        self.close(expect=DONE, date="2026-03-03")
        self.settle("2026-03-03")
        self.stage.run("blacklist", "--date", "2026-03-03")
        self.take("subsidy", [("B2", "", ANN, 7, "2026-03-01"), ("B2", "", CAT, 7, "2026-03-01")], date="2026-03-03")
        done = self.stage.run("seal", expect=ATTENTION)
        self.assertIn("the subsidies of 2 cards have lapsed by 2026-03-03 and are still theirs; run settle again",
                      done.stderr)
        self.settle("2026-03-03")
        self.stage.run("seal")
        self.audit()


class Drains(SettleCase):
    """The window lasts a day here."""

    def setUp(self):
        super().setUp()
        self.stage.settings["rules"] = {"drain_days": 1}
        self.stage.write_settings()

    def lose(self, *rows):
        self.take("loss", [(card, kind, at, "") for card, kind, at in rows])

    def replace(self, old, new, person="S1"):
        """Puts a new card of a person on file."""
        self.take("card", [(new, person, 1, "cpu3des", 1, "normal", "2026-03-01", "2031-08-31", 0, 0, 0, old)])

    def report(self, device, at, uncollected=0):
        """A device says what is left in it."""
        self.reports = getattr(self, "reports", 0) + 1
        self.stage.execute("INSERT INTO ledger.device_status VALUES (0, 1, {}, {}, '{}+08', {}, 0, 0, 0, '', 0, 0)".format(
            self.reports, t.TERMINALS[device][0], at, uncollected))

    def sell(self, device="canteen", card="ann"):
        """A purchase that leaves 10 yuan less on a card, posted."""
        self.town.sell(device, card, 1000, "07:00")
        self.town.deliver(self.town.log(device))
        self.close()

    def test_a_closed_card_goes_to_its_holder_and_its_subsidy_lapses(self):
        self.take("opening", [(f"2002:{ANN}", 2000), (f"2203:{ANN}", 300), (f"2205:{ANN}", 40)])
        self.lose((ANN, "closed", "2026-03-01 23:00:00"))
        self.settle()
        self.assertEqual(self.moved(DAY), [("1", "card_closed", f"2001:{ANN}", "2206:S1", "20000", ANN),
                                           ("1", "card_closed", f"2205:{ANN}", "2206:S1", "40", ANN),
                                           ("1", "card_closed", f"2002:{ANN}", "2206:S1", "2000", ANN),
                                           ("1", "subsidy_lapse", f"2203:{ANN}", "3101:", "300", ANN)])
        self.assertEqual(self.stage.rows("SELECT DISTINCT occurred_at FROM api.transfer WHERE kind = 'card_closed'"),
                         [("2026-03-02 00:00:00+08",)])
        self.assertEqual((self.claims(), self.balance("2206:S1")), ([], 22040))
        self.assertEqual(self.stage.value(f"SELECT ledger_fen FROM api.card_balance WHERE card_no = '{ANN}'"), "0")
        self.audit()

    def test_what_was_paid_out_to_the_holder_can_be_refunded(self):
        self.lose((ANN, "closed", "2026-03-01 23:00:00"))
        self.settle()
        self.take("cash", [("K1", "w", "refund", ANN, "", 20000, "2026-03-02 10:00:00")])
        self.assertEqual(self.balance("2206:S1"), 0)
        self.audit()

    def test_a_replaced_card_goes_to_the_new_one_with_its_lots(self):
        new = card_no(50)
        self.replace(ANN, new)
        self.take("subsidy", [("B1", "", ANN, 700, "2026-03-31"), ("B2", "", ANN, 50, "2026-03-15"),
                              ("B3", "", new, 1, "2026-03-31")])
        self.take("cash", [("K1", "w", "topup", ANN, "", 600, "2026-03-02 10:00:00")])
        self.take("opening", [(f"2002:{ANN}", 2000)])
        self.lose((ANN, "lost", "2026-03-01 08:00:00"), (ANN, "closed", "2026-03-01 09:00:00"))
        self.settle()
        self.assertEqual(self.moved(DAY), [("1", "card_replaced", f"2001:{ANN}", f"2205:{new}", "20000", ANN),
                                           ("1", "card_replaced", f"2205:{ANN}", f"2205:{new}", "600", ANN),
                                           ("1", "card_replaced", f"2203:{ANN}", f"2203:{new}", "750", ANN)])
        self.assertEqual(self.claims(), [(new, "20600", "0", "2026-03-15 50, 2026-03-31 701")])
        self.assertEqual(self.balance(f"2002:{ANN}"), 2000)
        self.audit()

    def test_money_goes_on_to_the_card_after_the_next_in_the_same_night(self):
        # eve -> 51 -> 50: numbers do not follow the order of replacement.
        old, middle, last = EVE, card_no(51), card_no(50)
        self.replace(old, middle, "T5")
        self.replace(middle, last, "T5")
        self.take("subsidy", [("B1", "", old, 700, "2026-03-31")])
        self.lose((old, "lost", "2026-03-01 08:00:00"), (middle, "bad", "2026-03-01 09:00:00"))
        self.settle()
        self.assertEqual([row[:5] for row in self.moved(DAY)],
                         [("1", "card_replaced", f"2001:{old}", f"2205:{middle}", "90000"),
                          ("1", "card_replaced", f"2203:{old}", f"2203:{middle}", "700"),
                          ("2", "card_replaced", f"2205:{middle}", f"2205:{last}", "90000"),
                          ("2", "card_replaced", f"2203:{middle}", f"2203:{last}", "700")])
        self.assertEqual(self.claims(), [(last, "90000", "0", "2026-03-31 700")])
        self.audit()

    def test_a_card_stays_as_it_is_while_nothing_is_due(self):
        new = card_no(50)
        self.replace(BEN, new, "S2")
        self.lose((ANN, "lost", "2026-02-01 08:00:00"),                                        # nothing replaces it
                  (BEN, "lost", "2026-02-01 08:00:00"), (BEN, "found", "2026-02-02 08:00:00"),  # found again
                  (CAT, "closed", "2026-03-02 00:00:00"))                                      # not a day ago
        self.settle()
        self.assertEqual(self.moved(DAY), [])

    def test_the_window_counts_from_the_last_report_and_school_by_school(self):
        self.stage.settings["rules"] = {"drain_days": 3, f"drain_days.{B}": 1}
        self.stage.write_settings()
        self.lose((ANN, "closed", "2026-02-01 08:00:00"), (ANN, "lost", "2026-03-01 08:00:00"),
                  (CAT, "closed", "2026-03-01 08:00:00"), (BEN, "closed", "2026-02-27 23:59:59"))
        self.settle()
        self.assertEqual([row[2] for row in self.moved(DAY)], [f"2001:{BEN}", f"2001:{CAT}"])
        self.seal(DAY)
        self.seal("2026-03-03")
        self.settle("2026-03-04")
        self.assertEqual([row[2] for row in self.moved("2026-03-04")], [f"2001:{ANN}"])
        self.audit()

    def test_a_device_that_saw_the_card_must_have_said_since_that_all_is_collected(self):
        self.sell("canteen")
        self.sell("noodles")
        self.lose((ANN, "closed", "2026-03-01 08:00:00"))
        self.report("canteen", "2026-03-02 06:00:00")
        for said_at, uncollected in ((None, 0), ("2026-03-01 07:59:59", 0), ("2026-03-01 08:00:00", 0),
                                     ("2026-03-02 06:00:00", 3)):
            with self.subTest(said_at=said_at, uncollected=uncollected):
                if said_at:
                    self.report("noodles", said_at, uncollected)
                self.settle()
                self.assertEqual(self.moved(DAY), [])
        self.report("noodles", "2026-03-01 08:00:01")
        self.settle()
        self.assertEqual([row[2:5] for row in self.moved(DAY)], [(f"2001:{ANN}", "2206:S1", "18000")])
        self.audit()

    def test_devices_without_money_and_old_records_do_not_hold_a_card(self):
        self.town.sell("canteen", "ann", 1000, "23:59:59", day="2026-01-31")  # 30 days before the end of DAY are from 02-01
        self.town.sell("noodles", "ben", 1000, "00:00:00", day="2026-02-01")
        self.town.sell("stranger", "cat", 1000, "12:00")                      # not on file
        self.town.deliver(*(self.town.log(name) for name in ("canteen", "noodles", "stranger")))
        self.close()
        self.lose((ANN, "closed", "2026-02-20 08:00:00"), (BEN, "closed", "2026-02-20 08:00:00"),
                  (CAT, "closed", "2026-02-20 08:00:00"))
        self.settle()
        self.assertEqual([row[2] for row in self.moved(DAY)], [f"2001:{ANN}", f"2001:{CAT}"])
        self.audit()

    def test_a_bus_that_saw_the_card_holds_it_too(self):
        self.close(expect=DONE)
        self.take("terminal", [("30000900", "370100000900", "bus", A, "1路", "", "2025-09-01", "", "gate-xml/1", 0, "", ""),
                               ("30000901", "370100000901", "gate", A, "门", "", "2025-09-01", "", "gate-xml/1", 0, "", "")])
        self.lose((ANN, "closed", "2026-03-01 08:00:00"), (BEN, "closed", "2026-03-01 08:00:00"))
        run = int(self.stage.value("SELECT max(run_id) FROM ledger.run"))
        events = [(30000900, ANN, 4), (30000901, BEN, 2)]
        self.stage.execute(
            f"SELECT ledger.open_leaf('identity', '{DAY}', {run}); " + "".join(
                f"INSERT INTO ledger.identity_20260302_{run} VALUES ({(run << 28) + n}, {A}, '{DAY}', 0, 1, {n}, {device}, 1, 0, "
                f"{card}, '2026-03-01 07:00+08', {kind}, 3, 1, 1, 10, '');" for n, (device, card, kind) in enumerate(events)) +
            f"SELECT ledger.close_leaf('identity', '{DAY}', {run}); SELECT ledger.attach_leaf('identity', '{DAY}', {run})")
        self.settle()
        self.assertEqual([row[2] for row in self.moved(DAY)], [f"2001:{BEN}"])
        self.stage.execute("INSERT INTO ledger.device_status VALUES (0, 1, 99, 30000900, '2026-03-02 06:00+08', 0, 0, 0, 0, "
                           "'', 0, 0)")
        self.settle()
        self.assertEqual([row[2] for row in self.moved(DAY)], [f"2001:{BEN}", f"2001:{ANN}"])

    def test_records_that_were_judged_long_ago_hold_a_card_too(self):
        # The clock of the canteen was ahead, and the noodles' days were posted before they came.
        for device, card, day, made_at in (("canteen", "ann", "2026-05-10", "20260302213000"),
                                           ("noodles", "ben", "2026-05-11", "20260511213000")):
            self.town.sell(device, card, 1000, "12:00", day)
            self.town.deliver(self.town.log(device), made_at=made_at)
            self.close()
        self.lose((ANN, "closed", "2026-05-01 08:00:00"), (BEN, "closed", "2026-05-01 08:00:00"),
                  (CAT, "closed", "2026-05-01 08:00:00"))
        self.settle("2026-05-15")
        self.assertEqual([row[2] for row in self.moved("2026-05-15")], [f"2001:{CAT}"])

    def test_money_that_comes_later_moves_again_and_a_negative_purse_stays(self):
        self.lose((ANN, "closed", "2026-03-01 08:00:00"), (BEN, "closed", "2026-03-01 08:00:00"))
        self.settle()
        self.sell("canteen", "ben")  # ben had 150 yuan and is 10 below zero now
        self.report("canteen", "2026-03-02 22:00:00")
        self.take("cash", [("K1", "w", "topup", ANN, "", 600, "2026-03-02 10:00:00")])
        self.settle()
        self.assertEqual([row[2:5] for row in self.moved(DAY)],
                         [(f"2001:{ANN}", "2206:S1", "20000"), (f"2001:{BEN}", "2206:S2", "15000"),
                          (f"2205:{ANN}", "2206:S1", "600")])
        self.assertEqual(self.verdicts("verdict = 'negative_balance' AND state = 'open'"), ["negative_balance"])
        self.audit()

    def test_a_day_is_not_sealed_while_a_card_is_to_be_drained(self):
        self.close(expect=DONE)
        self.settle()
        self.stage.run("blacklist", "--date", DAY)
        self.lose((ANN, "closed", "2026-03-01 08:00:00"))
        done = self.stage.run("seal", "--date", DAY, expect=ATTENTION)
        self.assertIn("the drain windows of 1 cards are over by 2026-03-02 and they still hold money; run settle again",
                      done.stderr)
        self.seal(DAY)


class Draws(SettleCase):
    """Terminals take what is there to be claimed; cat's card needs no TAC."""

    LOAD, SUBSIDY = 2, 0xDB

    def draw(self, kind, amount, time, day=DAY):
        card = self.town.cards["cat"]
        offline, self.online = card.counter, getattr(self, "online", 0) + 1
        self.town.sell("canteen", card, amount, time, day, kind=kind, after=card.balance + amount, counter=self.online)
        card.counter = offline

    def post(self, date=DAY):
        self.town.deliver(self.town.log("canteen"), made_at=date.replace("-", "") + "213000")
        self.close(date=date)

    def test_a_load_takes_what_waits_and_the_next_top_up_pays_its_advance_back(self):
        self.take("cash", [("K1", "w", "topup", CAT, "", 500, "2026-03-02 09:00:00")])
        self.draw(self.LOAD, 800, "12:00")
        self.draw(self.LOAD, 50, "12:01")
        self.post()
        self.assertEqual(self.claims(), [(CAT, "0", "350", None)])
        self.take("cash", [("K2", "w", "topup", CAT, "", 100, "2026-03-02 18:00:00"),
                           ("K3", "w", "topup", CAT, "", 1000, "2026-03-02 18:00:00")])
        self.assertEqual(self.entries("kind IN ('load', 'cash_topup')"),
                         [("1", "1001:w", f"2205:{CAT}", "500"),
                          ("2", f"2205:{CAT}", f"2001:{CAT}", "500"), ("2", "1122:unknown", f"2001:{CAT}", "300"),
                          ("3", "1122:unknown", f"2001:{CAT}", "50"),
                          ("4", "1001:w", "1122:unknown", "100"),
                          ("5", "1001:w", "1122:unknown", "250"), ("5", "1001:w", f"2205:{CAT}", "750")])
        self.assertEqual((self.claims(), self.balance("1122:unknown")), ([(CAT, "750", "0", None)], 0))
        self.audit()

    def test_a_draw_takes_the_lot_that_lapses_first_also_in_the_night_in_which_it_would(self):
        self.take("subsidy", [("B1", "", CAT, 300, "2026-03-31"), ("B2", "", CAT, 100, "2026-03-02"),
                              ("B3", "", CAT, 40, "2026-03-01")])
        self.draw(self.SUBSIDY, 60, "12:00")
        self.post()
        self.assertEqual(self.claims(), [(CAT, "0", "0", "2026-03-02 80, 2026-03-31 300")])
        self.settle()
        self.stage.run("blacklist", "--date", DAY)
        self.stage.run("seal", "--date", DAY)
        # The next day's draws come before the lot of the day before lapses.
        self.draw(self.SUBSIDY, 30, "12:00", "2026-03-03")
        self.draw(self.SUBSIDY, 400, "12:01", "2026-03-03")
        self.post("2026-03-03")
        self.settle("2026-03-03")
        self.assertEqual(self.entries("kind = 'subsidy_draw'"),
                         [("1", f"2203:{CAT}", f"2001:{CAT}", "60"), ("2", f"2203:{CAT}", f"2001:{CAT}", "30"),
                          ("3", f"2203:{CAT}", f"2001:{CAT}", "350"), ("3", "1298:subsidy_draw", f"2001:{CAT}", "50")])
        self.assertEqual(self.claims(), [])
        self.audit()


# What is spoiled, and the check that must tell.
SPOILED = {
    "sources": "UPDATE ledger.run SET job = 'post' WHERE job = 'import'",
    "openings": "UPDATE ref.opening SET amount_fen = amount_fen + 1 WHERE account = '3101:'",
    "openings: no row": "DELETE FROM ref.opening WHERE account = '1001:w'",
    "openings: other side": "UPDATE ledger.transfer SET debit_account = '3001:', credit_account = '1001:w' "
                            "WHERE debit_account = '1001:w' AND kind = 1",
    "openings: no mirror": f"DELETE FROM ledger.transfer WHERE credit_account = '1221:{B}:{A}'",
    "cash": "UPDATE ref.cash SET amount_fen = amount_fen + 1 WHERE slip_no = 'K1'",
    "cash: another cashier": "UPDATE ref.cash SET cashier = 'x' WHERE slip_no = 'K2'",
    "cash: another time": "UPDATE ref.cash SET at = at + interval '1 second' WHERE slip_no = 'K3'",
    "cash: another kind": "UPDATE ref.cash SET kind = 'topup' WHERE slip_no = 'K3'",
    "cash: another person": "UPDATE ledger.transfer SET debit_account = '2206:S2' WHERE kind = 11",
    "cash: another card": f"UPDATE ledger.transfer SET credit_account = '2205:{BEN}' WHERE kind = 10",
    "cash: no slip": "DELETE FROM ref.cash WHERE slip_no = 'K4'",
    "cash: no entry": "DELETE FROM ledger.transfer WHERE kind = 13",
    "subsidies": "UPDATE ref.subsidy SET amount_fen = amount_fen + 1 WHERE card_no IS NULL",
    "subsidies: another card": f"UPDATE ref.subsidy SET card_no = {CAT} WHERE card_no = {ANN}",
    "subsidies: another class": "UPDATE ref.subsidy SET card_class = 2 WHERE card_class = 1",
    "subsidies: one card twice": f"UPDATE ledger.transfer SET card_no = {BEN}, credit_account = '2203:{BEN}' WHERE kind = 5 "
                                 "AND amount_fen = 100",
    "subsidies: no row": "DELETE FROM ref.subsidy WHERE card_no IS NULL",
    "subsidies: no entry": f"DELETE FROM ledger.transfer WHERE kind = 5 AND card_no = {BEN}",
    "drains": "UPDATE ledger.transfer SET credit_account = '2206:S2' WHERE kind = 18",
    "drains: not closed": "UPDATE ref.loss SET kind = 'lost' WHERE kind = 'closed'",
    "drains: not reported": f"DELETE FROM ref.loss WHERE card_no = {BEN}",
    "drains: not replaced": "UPDATE ref.card SET replaces = NULL",
    "drains: another time": "UPDATE ledger.transfer SET occurred_at = occurred_at + interval '1 day' WHERE kind = 19",
    "drains: another lapse": "UPDATE ledger.transfer SET credit_account = '3001:' WHERE kind = 7",
    "claims": "UPDATE ledger.card_claim SET topup_fen = topup_fen + 1",
    "claims: lots": "UPDATE ledger.subsidy_lot SET left_fen = left_fen + 1",
    "claims: no claim": "DELETE FROM ledger.card_claim WHERE topup_fen = 0",
    "advances": f"UPDATE ledger.transfer SET debit_account = '1122:unknown', credit_account = '2001:{CAT}', kind = 4 "
                "WHERE kind = 10",
    "balances": "UPDATE ledger.account_delta SET debit_fen = debit_fen + 100000 WHERE account = '2206:S1'",
}


class Spoiled(SettleCase):
    """A day with all of it, and then somebody got at the files of the database."""

    @classmethod
    def prepare(cls, stage):
        super().prepare(stage)
        day = cls("play")
        day.stage = stage
        stage.settings["rules"] = {"drain_days": 1}
        stage.write_settings()
        day.play()

    def play(self):
        new = card_no(50)
        self.take("card", [(new, "S2", 1, "cpu3des", 1, "normal", "2026-03-01", "2031-08-31", 0, 0, 0, BEN)])
        self.take("opening", [("1001:w", 100), (f"1221:{A}:{B}", 40), ("2206:S1", 5000), ("3101:", 9)])
        self.take("subsidy", [("B1", 1, "", 100, "2026-03-31"), ("B2", "", ANN, 7, "2026-03-01"),
                              ("B3", "", CAT, 5, "2026-03-31"), ("B3", "", EVE, 5, "2026-03-31")])
        self.take("loss", [(ANN, "closed", "2026-03-01 08:00:00", ""), (BEN, "lost", "2026-03-01 08:00:00", "")])
        self.take("cash", [("K1", "w", "topup", CAT, "", 600, "2026-03-02 10:00:00"),
                           ("K2", "w", "refund", ANN, "", 4000, "2026-03-02 10:00:00"),
                           ("K3", "w", "cardfee", CAT, "", 2000, "2026-03-02 10:00:00"),
                           ("K4", "w", "deposit_to_bank", "", "6228", 900, "2026-03-02 10:00:00")])
        self.settle()

    def test_books_with_all_of_it_are_clean(self):
        self.assertEqual({row[1] for row in self.moved(DAY)}, {"subsidy_lapse", "card_closed", "card_replaced"})
        self.audit()
        self.stage.run("audit", "--from", DAY, "--to", DAY)
        self.stage.run("audit", "--to", "2026-03-01")

    def test_whatever_is_spoiled_is_found(self):
        for what, sql in SPOILED.items():
            with self.subTest(what):
                stage = self.copy_of(self.stage)
                stage.execute("SET session_replication_role = replica; " + sql)
                done = stage.run("audit", expect=ATTENTION)
                self.assertIn(f'audit "{what.split(":")[0]}"', done.stderr)

    def test_no_job_changes_what_was_taken_in(self):
        before = self.stage.snapshot(times=True)
        for table in ("ref.opening", "ref.cash", "ref.subsidy"):
            for change in (f"UPDATE {table} SET amount_fen = 1", f"DELETE FROM {table}", f"TRUNCATE {table}"):
                for role in ("daybook_job", "daybook_owner"):
                    with self.subTest(change, role=role), self.assertRaisesRegex(AssertionError,
                                                                                "only ever added|permission denied"):
                        self.stage.execute(f"SET ROLE {role}; {change}")
        self.assert_same(before, self.stage.snapshot(times=True))
