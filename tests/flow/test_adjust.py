"""adjust: corrections that one person proposes and another approves (RULES P-16)."""
import json
import os
import pathlib
import shutil
import subprocess
import tempfile

from harness import ATTENTION, DONE, PROGRAM, USAGE, DatabaseProxy, KillCase
import town as t
from status import status_file, status_row
from town import A, B, DAY, TownCase

CANTEEN, OTHER = A + "10001", B + "10001"
ANN, CAT = t.card_no(1), t.card_no(3)
STATUS = (DONE, ATTENTION)
ROLES = """DO $$ BEGIN CREATE ROLE {0} LOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
GRANT daybook_job TO {0}"""


class Operators:
    """Two people who correct: database roles that log in."""

    ALICE, BOB = "daybook_test_alice", "daybook_test_bob"

    def let_operators_in(self, stage):
        for name in (self.ALICE, self.BOB):
            stage.execute(ROLES.format(name))
        stage.settings["site"]["operators"] = "database"
        self.become(self.ALICE, stage)

    def become(self, name, stage=None):
        """Whose login the next commands use."""
        stage = stage or self.stage
        words = dict(word.split("=", 1) for word in str(stage.settings["database"]["conninfo"]).split())
        stage.settings["database"]["conninfo"] = " ".join(f"{k}={v}" for k, v in {**words, "user": name}.items())
        stage.write_settings()

    def adjust(self, *words, by=None, expect=DONE):
        """The parsed answer of daybook adjust, or what it says where it refuses."""
        if by:
            self.become(by)
        date = () if words[0] == "list" else ("--date", DAY)
        done = self.stage.run("adjust", *words, *date, "--json", expect=expect)
        return json.loads(done.stdout) if expect == DONE else done.stderr


class AdjustCase(TownCase, Operators):
    def setUp(self):
        super().setUp()
        self.let_operators_in(self.stage)

    def held_sale(self, amount=450, card="ben"):
        """A purchase whose TAC is wrong; its exception."""
        wrong = self.town.sell("canteen", card, amount, "12:30")
        self.town.terminals["canteen"].memory[-1] = wrong.patched(42, b"\1\2\3\4")
        self.town.deliver(self.town.log("canteen"))
        self.close()
        return self.exception("tac_bad")

    def exception(self, verdict):
        """The number of the newest exception of a kind."""
        return self.stage.value(f"SELECT max(exception_id) FROM api.exception WHERE verdict = '{verdict}'")

    def state(self, exception):
        return self.stage.value(f"SELECT state FROM api.exception WHERE exception_id = {exception}")

    def balance(self, card):
        return int(self.stage.value(f"SELECT ledger_fen FROM api.card_balance WHERE card_no = '{card}'"))

    def agree(self, *words, reason="bureau_decision"):
        """Alice proposes, Bob approves; the answer to Bob."""
        made = self.adjust("propose", *words, "--reason", reason, by=self.ALICE)
        return self.adjust("approve", made["proposal"]["proposal_id"], by=self.BOB)

    def assert_clean(self):
        self.stage.run("audit")


class Void(AdjustCase):
    def test_a_held_record_is_void_for_ever_once_another_has_approved(self):
        held = self.held_sale()
        made = self.adjust("propose", held, "void", "--reason", "clone", by=self.ALICE)
        self.assertEqual(made["posting"]["transfers"], [])
        self.assertEqual(self.state(held), "open")
        self.adjust("approve", 1, by=self.BOB)
        self.assertEqual(self.state(held), "closed")
        self.assertEqual(self.stage.rows("SELECT outcome, posted_id, reason FROM ledger.decision"),
                         [("void", None, "void by proposal 1: clone")])
        self.assertEqual(self.transfers(), [])
        self.assert_clean()

    def test_a_gap_that_two_people_have_closed_stays_closed(self):
        entries = [self.town.sell("canteen", "ann", 100, f"12:0{n}") for n in range(5)]
        self.town.deliver(self.town.log("canteen", [entries[0], entries[3]]))
        self.close()
        gap = self.exception("sequence_gap")
        self.agree(gap, "void", reason="lost_records")
        self.town.deliver(self.town.log("canteen", [entries[0], entries[3], entries[4]]), made_at="20260302220000")
        self.close()
        self.assertEqual(self.stage.rows("SELECT exception_id, state FROM api.exception WHERE verdict = 'sequence_gap'"),
                         [(gap, "closed")])

    def test_what_arrives_of_a_closed_gap_opens_what_is_left_of_it(self):
        entries = [self.town.sell("canteen", "ann", 100, f"12:0{n}") for n in range(5)]
        self.town.deliver(self.town.log("canteen", [entries[0], entries[4]]))
        self.close()
        self.agree(self.exception("sequence_gap"), "void", reason="lost_records")
        self.town.deliver(self.town.log("canteen", [entries[0], entries[2], entries[4]]), made_at="20260302220000")
        self.close()
        self.assertEqual([(state, detail.split()[0]) for _, state, detail in self.exceptions("verdict = 'sequence_gap'")],
                         [("closed", "0:2-4"), ("open", "0:2-2"), ("open", "0:4-4")])
        self.assert_clean()

    def test_a_device_total_that_two_people_have_closed_stays_closed_until_a_newer_row_disagrees(self):
        def say(hour, made_at, **lies):
            self.town.sell("canteen", "ann", 100, f"{hour}:00")
            row = status_row(self.town.terminals["canteen"], t.at(f"{hour}:30"), **lies)
            files = [self.town.log("canteen")] + [status_file([row], t.at(f"{hour}:31"))] * bool(lies)
            self.town.deliver(*files, made_at=made_at)
            self.close()
            return [state for _, state, _ in self.exceptions("verdict = 'device_total'")]
        self.assertEqual(say(12, "20260302213000", total_count=9), ["open"])
        self.agree(self.exception("device_total"), "void", reason="terminal_fault")
        self.assertEqual(say(13, "20260302220000"), ["closed"])
        self.assertEqual(say(14, "20260302221000", total_count=9), ["closed", "open"])
        self.assert_clean()

    def test_a_purse_below_zero_keeps_its_exception_until_it_is_filled(self):
        ann = self.town.cards["ann"]
        ann.balance += 5000  # money that the books do not know
        for n in range(2):
            self.town.sell("canteen", "ann", 12000, f"12:0{n}")
        self.town.deliver(self.town.log("canteen"))
        self.close()
        self.assertEqual(self.balance(ANN), -4000)
        low = self.exception("negative_balance")
        self.assertIn("of at least 4000 fen",
                      self.adjust("propose", low, "void", "--reason", "seen", by=self.ALICE, expect=USAGE))
        self.assertIn("would stay at -1 fen",
                      self.adjust("propose", low, "transfer", "3001:", f"2001:{ANN}", 3999, "--reason", "wrong_amount",
                                  expect=USAGE))
        self.agree(low, "transfer", "3001:", f"2001:{ANN}", 4000, reason="wrong_amount")
        self.assertEqual((self.balance(ANN), self.state(low)), (0, "closed"))
        self.assert_clean()


class Transfer(AdjustCase):
    def unknown_sale(self):
        """A purchase by a card that is not on file: 150 fen on 1298:unknown_card."""
        self.town.sell("canteen", self.town.card(77), 150, "12:03")
        self.town.deliver(self.town.log("canteen"))
        self.close()
        return self.exception("unknown_card")

    def test_it_moves_money_and_closes_the_exception(self):
        unknown = self.unknown_sale()
        words = (unknown, "transfer", f"2004:{CANTEEN}", "1298:unknown_card", 150)
        made = self.adjust("propose", *words, "--reason", "test_record", by=self.ALICE)
        self.assertEqual(made["posting"]["transfers"],
                         [{"debit": f"2004:{CANTEEN}", "credit": "1298:unknown_card", "amount_fen": 150,
                           "kind": "adjustment", "accounting_date": DAY, "book": A}])
        self.assertEqual(self.transfers("kind = 'adjustment'"), [])
        posted = self.adjust("approve", 1, by=self.BOB)
        self.assertEqual(posted["posting"], made["posting"] | {"notes": []})
        self.assertEqual(self.transfers("kind = 'adjustment'"), [(f"2004:{CANTEEN}", "1298:unknown_card", "150")])
        self.assertEqual(self.state(unknown), "closed")
        self.assert_clean()

    def test_books_of_two_schools_meet_in_1221(self):
        unknown = self.unknown_sale()
        self.agree(unknown, "transfer", f"2001:{ANN}", f"2004:{OTHER}", 150, reason="wrong_account")
        self.assertEqual(self.transfers("kind = 'adjustment'"),
                         [(f"2001:{ANN}", f"1221:{A}:{B}", "150"), (f"1221:{B}:{A}", f"2004:{OTHER}", "150")])
        self.assertEqual(self.balance(ANN), 20000 - 150)
        self.assert_clean()

    def test_money_of_no_school_lies_in_the_bureaus_own_book(self):
        unknown = self.unknown_sale()
        self.agree(unknown, "transfer", "3101:", "1298:unknown_card", 150, reason="goodwill")
        self.assertEqual(self.stage.value("SELECT school_code FROM ledger.transfer WHERE kind = 20"), "0")
        self.assert_clean()

    def test_between_two_purses(self):
        unknown = self.unknown_sale()
        self.agree(unknown, "transfer", f"2001:{ANN}", f"2001:{CAT}", 700, reason="wrong_account")
        self.assertEqual((self.balance(ANN), self.balance(CAT)), (19300, 30700))
        self.assert_clean()

    def test_a_held_record_is_void_where_money_moves_in_its_place(self):
        held = self.held_sale()
        self.agree(held, "transfer", f"2001:{t.card_no(2)}", f"2004:{CANTEEN}", 400, reason="merchant_proof")
        self.assertEqual(self.stage.rows("SELECT outcome FROM ledger.decision"), [("void",)])
        self.assert_clean()

    def test_accounts_that_are_not_there_are_refused_in_words(self):
        unknown = self.unknown_sale()
        for debit, credit, fen, words in (
                ("2004:1", "3001:", 5, "code 2004 has no such owner"),
                ("9999:x", "3001:", 5, "is no account"),
                (f"2001:{t.card_no(77)}", "3001:", 5, "no such owner is on file"),
                ("3001:", "1001:nobody", 5, "no such owner is on file"),
                ("3001:", f"1221:{A}:{B}", 5, "is posted in two books at once"),
                (f"2001:{ANN}", "3001:", 20001, "holds 20000 fen, 20001 cannot be taken"),
                ("3001:", "3001:", 5, "are the same"),
                ("3001:", f"2001:{ANN}", 0, "no number above 0")):
            with self.subTest(debit=debit, credit=credit, fen=fen):
                said = self.adjust("propose", unknown, "transfer", debit, credit, fen, "--reason", "goodwill",
                                   by=self.ALICE, expect=USAGE)
                self.assertIn(words, said)
        self.assertEqual(self.stage.rows("SELECT 1 FROM ledger.proposal"), [])


class Claims(AdjustCase):
    """Money to claim (2205, 2203) keeps its lots beside the accounts."""

    def test_money_given_to_claim_and_taken_again(self):
        self.town.sell("canteen", self.town.card(77), 150, "12:03")
        self.town.sell("canteen", self.town.card(78), 150, "12:04")
        self.town.sell("canteen", self.town.card(79), 150, "12:05")
        self.town.deliver(self.town.log("canteen"))
        self.close()
        first, second, third = (row[0] for row in self.stage.rows(
            "SELECT exception_id FROM api.exception WHERE verdict = 'unknown_card' ORDER BY 1"))
        self.agree(first, "transfer", "3101:", f"2203:{ANN}", 500, reason="goodwill")
        self.agree(second, "transfer", f"2203:{ANN}", f"2205:{CAT}", 200, reason="wrong_account")
        self.assertEqual(self.stage.rows("SELECT card_no, valid_to, left_fen FROM ledger.subsidy_lot"),
                         [(ANN, "infinity", "300")])
        self.assertIn("holds 300 fen, 301 cannot be taken",
                      self.adjust("propose", third, "transfer", f"2203:{ANN}", "3101:", 301, "--reason", "goodwill",
                                  expect=USAGE))
        self.assert_clean()
        self.assertTrue(any("3.00 of subsidy waits" in note for note in json.loads(
            self.stage.run("explain", "card", ANN, "--json").stdout)["balance"]["notes"]))


class Advances(AdjustCase):
    """What 1122 gave a card in advance (P-07) follows corrections for the card."""

    def setUp(self):
        super().setUp()
        self.town.terminals["canteen"].load(self.town.cards["ann"], 500, t.at("12:00"))
        for serial in (77, 78, 79):
            self.town.sell("canteen", self.town.card(serial), 150, "12:10")
        self.town.deliver(self.town.log("canteen"))
        self.close()
        self.matters = [row[0] for row in self.stage.rows(
            "SELECT exception_id FROM api.exception WHERE verdict = 'unknown_card' ORDER BY 1")]

    def claim(self):
        return self.stage.rows("SELECT api.pad(card_no, 18), topup_fen, advance_fen FROM ledger.card_claim")

    def move(self, debit, credit, fen, expect=None):
        words = (self.matters[0], "transfer", debit, credit, fen)
        if expect:
            self.assertIn(expect, self.adjust("propose", *words, "--reason", "wrong_account", by=self.ALICE, expect=USAGE))
        else:
            self.agree(*words, reason="wrong_account")
            self.matters.pop(0)
        self.assert_clean()

    def test_a_card_gives_back_what_it_had_in_advance_and_no_more(self):
        self.assertEqual(self.claim(), [(ANN, "0", "500")])
        self.move(f"2001:{ANN}", "1122:unknown", 501, expect="has had 500 fen in advance from 1122, 501 cannot be paid back")
        self.move(f"2001:{CAT}", "1122:unknown", 1, expect="has had 0 fen in advance")
        self.move(f"2001:{ANN}", "1122:unknown", 300)
        self.assertEqual(self.claim(), [(ANN, "0", "200")])

    def test_what_a_card_is_given_from_1122_is_an_advance(self):
        self.move("1122:unknown", f"2205:{ANN}", 50)
        self.move("1122:unknown", f"2001:{CAT}", 70)
        self.assertEqual(sorted(self.claim()), [(ANN, "50", "550"), (CAT, "0", "70")])
        path = self.stage.folder / "cash.csv"
        path.write_text(t.reference_text("cash", [("K1", "w", "topup", ANN, "", 600, "2026-03-02 18:00:00")]))
        self.stage.run("import", "cash", path, "--date", DAY)
        self.assertEqual(self.transfers("kind = 'cash_topup'"), [("1001:w", "1122:unknown", "550"),
                                                                 ("1001:w", f"2205:{ANN}", "50")])
        self.assert_clean()

    def test_money_of_no_card_leaves_the_advances_covered(self):
        self.move("3101:", "1122:unknown", 1, expect="1122 holds 0 fen beyond the advances of cards, 1 cannot be taken from it")
        self.move("1122:unknown", "3101:", 40)
        self.move("3101:", "1122:unknown", 41, expect="1122 holds 40 fen beyond the advances of cards, 41 cannot")
        self.move("3101:", "1122:unknown", 40)
        self.assertEqual(self.claim(), [(ANN, "0", "500")])

    def test_audit_misses_an_advance_that_no_transfer_made(self):
        self.move(f"2001:{ANN}", "1122:unknown", 300)
        self.stage.execute("UPDATE ledger.card_claim SET advance_fen = 500")
        said = self.stage.run("audit", expect=ATTENTION)
        self.assertIn("its advance is 500 fen, the transfers make 200", said.stdout + said.stderr)
        self.assertIn("1122 holds 200 fen, the advances of cards are 500", said.stdout + said.stderr)


class Post(AdjustCase):
    """P-16: posting a held record makes it accepted."""

    def post(self, exception, reason="merchant_proof"):
        made = self.adjust("propose", exception, "post", "--reason", reason, by=self.ALICE)
        self.assertEqual(self.transfers(), [])
        posted = self.adjust("approve", made["proposal"]["proposal_id"], by=self.BOB)
        self.assertEqual([row | {"notes": None} for row in made["posting"]["transfers"]],
                         [row | {"notes": None} for row in posted["posting"]["transfers"]])
        return posted["posting"]["transfers"]

    def test_a_held_purchase_moves_its_money_and_joins_the_chain(self):
        held = self.held_sale()
        (row,) = self.post(held)
        self.assertEqual((row["debit"], row["credit"], row["amount_fen"], row["kind"]),
                         (f"2001:{t.card_no(2)}", f"2004:{CANTEEN}", 450, "purchase"))
        self.assertEqual((self.balance(t.card_no(2)), self.state(held)), (15000 - 450, "closed"))
        self.assertEqual(self.stage.rows(f"SELECT card_fen, counter FROM api.card_balance WHERE card_no = '{t.card_no(2)}'"),
                         [("14550", "1")])
        self.assertIn("is closed since run",
                      self.adjust("propose", held, "void", "--reason", "seen", expect=USAGE))
        self.assert_clean()

    def test_its_next_record_meets_it(self):
        held = self.held_sale()
        self.post(held)
        self.town.sell("canteen", "ben", 100, "13:00")
        self.town.deliver(self.town.log("canteen"), made_at="20260302220000")
        self.close()
        self.assertEqual(self.verdicts("state = 'open'"), [])
        self.assert_clean()

    def test_explain_shows_both_judgements_and_the_two_people(self):
        package_of = "SELECT archive, file, record_no FROM api.exception WHERE exception_id = "
        held = self.held_sale()
        place = self.stage.rows(package_of + held)[0]
        self.post(held)
        found = json.loads(self.stage.run("explain", "record", *place, "--json").stdout)
        self.assertEqual((found["judgement"]["verdict"], found["judgement"]["decided"], found["decision"]["verdict"],
                          found["decision"]["job"]), ("tac_bad", "posted", "accepted", "adjust"))
        self.assertEqual([row["amount_fen"] for row in found["entry"]["rows"]], [450])
        (closed,) = found["exceptions"]["rows"]
        self.assertEqual((closed["proposed_by"], closed["approved_by"]), (self.ALICE, self.BOB))
        transfer = found["entry"]["rows"][0]["transfer_id"]
        found = json.loads(self.stage.run("explain", "transfer", transfer, "--json").stdout)
        self.assertEqual((found["source"]["reason"], found["record"]["amount_fen"]), ("merchant_proof", 450))

    def test_a_purse_that_it_takes_below_zero_is_told(self):
        self.town.cards["ben"].balance += 5000  # money that the books do not know
        held = self.held_sale(amount=18000)
        self.post(held)
        self.assertEqual(self.balance(t.card_no(2)), -3000)
        self.assertIn("negative_balance", self.verdicts("state = 'open'"))
        self.assert_clean()

    def test_a_gray_record(self):
        gray = self.town.sell("canteen", "ann", 300, "12:30", mark=1)
        self.assertIsNotNone(gray)
        self.town.deliver(self.town.log("canteen"))
        self.close()
        self.post(self.exception("gray"), reason="holder_proof")
        self.assertEqual(self.balance(ANN), 19700)
        self.assert_clean()

    def test_a_record_whose_counter_was_accepted_before(self):
        first = self.town.sell("canteen", "ann", 300, "12:30")
        twin = self.town.card(1, counter=10, balance=20000)
        second = self.town.sell("canteen", twin, 200, "12:40")
        self.assertEqual(first.fields["counter"], second.fields["counter"])
        self.town.deliver(self.town.log("canteen"))
        self.close()
        self.agree(self.exception("counter_conflict"), "post", reason="clone")
        self.assertEqual(self.balance(ANN), 20000 - 500)
        self.assert_clean()

    def test_a_load_takes_what_its_card_may_claim(self):
        path = self.stage.folder / "cash.csv"
        path.write_text(t.reference_text("cash", [("K1", "w", "topup", ANN, "", 300, "2026-03-02 09:00:00")]))
        self.stage.run("import", "cash", path, "--date", DAY)
        self.town.terminals["canteen"].load(self.town.cards["ann"], 500, t.at("12:00"))
        self.town.spoil("canteen", 42, b"\1\2\3\4")
        self.town.deliver(self.town.log("canteen"))
        self.close()
        self.agree(self.exception("tac_bad"), "post", reason="terminal_fault")
        self.assertEqual(self.transfers("kind = 'load'"), [(f"2205:{ANN}", f"2001:{ANN}", "300"),
                                                           ("1122:unknown", f"2001:{ANN}", "200")])
        self.assert_clean()

    def test_a_conflict(self):
        first = self.town.sell("canteen", "ann", 300, "12:30")
        self.town.deliver(self.town.log("canteen", [first]))
        self.close()
        other = self.town.sell("canteen", "ben", 200, "12:40").changed(self.town.ring, seq=first.fields["seq"])
        self.town.deliver(self.town.log("canteen", [other]), made_at="20260302220000")
        self.close()
        before = self.transfers()
        made = self.adjust("propose", self.exception("conflict"), "post", "--reason", "terminal_fault", by=self.ALICE)
        self.adjust("approve", made["proposal"]["proposal_id"], by=self.BOB)
        self.assertEqual(self.transfers(), [*before, (f"2001:{t.card_no(2)}", f"2004:{CANTEEN}", "200")])
        self.assert_clean()


class TwoPeople(AdjustCase):
    def setUp(self):
        super().setUp()
        self.held = self.held_sale()

    def propose(self, outcome="void", expect=DONE, by=Operators.ALICE, reason="clone"):
        return self.adjust("propose", self.held, outcome, "--reason", reason, by=by, expect=expect)

    def test_nobody_approves_a_proposal_of_his_own(self):
        self.propose()
        self.assertIn('was made by "daybook_test_alice" and must be approved by another',
                      self.adjust("approve", 1, expect=USAGE))
        self.assertEqual(self.state(self.held), "open")

    def test_the_schema_holds_it_too(self):
        self.propose()
        with self.assertRaisesRegex(AssertionError, "approved_by_another"):
            self.stage.execute("INSERT INTO ledger.answer (proposal_id, proposed_by, answer, answered_by, reason, run_id) "
                               "SELECT proposal_id, proposed_by, 'approved', proposed_by, '', run_id FROM ledger.proposal")
        with self.assertRaisesRegex(AssertionError, "foreign key"):
            self.stage.execute("INSERT INTO ledger.answer (proposal_id, proposed_by, answer, answered_by, reason, run_id) "
                               "SELECT proposal_id, 'x', 'approved', proposed_by, '', run_id FROM ledger.proposal")
        with self.assertRaisesRegex(AssertionError, "only ever added"):
            self.stage.execute("UPDATE ledger.proposal SET proposed_by = 'x'")

    def test_the_same_proposal_again_is_the_one_that_waits(self):
        self.propose()
        self.assert_nothing_changes("adjust", "propose", self.held, "void", "--reason", "clone", "--date", DAY)
        self.assertIn("was proposed before", self.propose()["proposal"]["notes"][0])

    def test_another_proposal_waits_for_the_answer_to_the_first(self):
        self.propose()
        self.assertIn('proposal 1 of "daybook_test_alice" (void) waits for an answer',
                      self.propose(by=self.BOB, expect=USAGE))

    def test_an_answer_stands(self):
        self.propose()
        self.adjust("approve", 1, by=self.BOB)
        before = self.stage.snapshot(without=("ops.job_run",))
        for verb, more in (("approve", ()), ("refuse", ("--reason", "no"))):
            self.assertIn(f'proposal 1 was approved by "daybook_test_bob" on {DAY}',
                          self.adjust(verb, 1, *more, expect=USAGE))
        self.assertIn("is closed since run", self.propose(expect=USAGE))
        self.assert_same(before, self.stage.snapshot(without=("ops.job_run",)))

    def test_a_refused_proposal_does_nothing_and_makes_room_for_another(self):
        self.propose()
        self.adjust("refuse", 1, "--reason", "the slip is a forgery", by=self.BOB)
        self.assertEqual(self.state(self.held), "open")
        self.propose(reason="seen")
        self.adjust("approve", 2, by=self.BOB)
        self.assertEqual(self.state(self.held), "closed")
        self.assert_clean()

    def test_who_proposed_may_take_it_back(self):
        self.propose()
        self.adjust("refuse", 1, "--reason", "a mistake")
        self.assertEqual([row["answer"] for row in self.adjust("list", "--all")["corrections"]["proposals"]], ["refused"])

    def test_the_list_has_what_waits_and_with_all_what_was(self):
        self.propose()
        waits = self.adjust("list")["corrections"]["proposals"]
        self.assertEqual([(row["proposal_id"], row["exception"], row["amount_fen"], row["answer"]) for row in waits],
                         [(1, "tac_bad", 450, "waits")])
        self.adjust("approve", 1, by=self.BOB)
        self.assertEqual(self.adjust("list")["corrections"]["proposals"], [])
        self.assertEqual([row["answered_by"] for row in self.adjust("list", "--all")["corrections"]["proposals"]],
                         [self.BOB])
        self.assert_nothing_changes("adjust", "list", "--all")

    def test_a_dry_run_shows_and_keeps_nothing(self):
        self.assert_nothing_changes("adjust", "propose", self.held, "void", "--reason", "clone", "--date", DAY, "--dry-run")
        self.propose()
        self.become(self.BOB)
        self.assert_nothing_changes("adjust", "approve", 1, "--date", DAY, "--dry-run")

    def test_words_that_do_not_fit_are_refused(self):
        for words, said in ((("propose", self.held, "void", "--reason", "because"), "one of bureau_decision, clone"),
                            (("propose", self.held, "void"), "needs --reason"),
                            (("propose", self.held, "burn", "--reason", "seen"), "EXCEPTION post|void|transfer"),
                            (("propose", 1, "void", "--reason", "seen"), "there is no exception 1"),
                            (("propose", "x", "void", "--reason", "seen"), "is no number above 0"),
                            (("approve", 7), "there is no proposal 7"),
                            (("refuse", 1), "needs --reason"),
                            (("forget", 1), "one of propose, approve, refuse, list")):
            with self.subTest(words=words):
                self.assertIn(said, self.adjust(*words, expect=USAGE))

    def test_nothing_can_be_posted_but_a_held_record(self):
        self.town.sell("canteen", self.town.card(77), 150, "12:50")
        self.town.deliver(self.town.log("canteen"), made_at="20260302220000")
        self.close()
        self.assertIn("is not about a held money record",
                      self.adjust("propose", self.exception("unknown_card"), "post", "--reason", "seen", expect=USAGE))


class Pages(AdjustCase):
    def page(self):
        return (self.stage.folder / "outbox" / "finance" / DAY / "morning.html").read_text()

    def close_day(self):
        for job in ("blacklist", "settle", "seal", "report"):
            self.stage.run(job, "--date", DAY, expect=STATUS)

    def test_the_morning_page_has_them_as_they_stood_at_the_end_of_the_day(self):
        held = self.held_sale()
        self.town.sell("canteen", self.town.card(77), 150, "12:50")
        self.town.deliver(self.town.log("canteen"), made_at="20260302220000")
        self.close()
        self.agree(self.exception("unknown_card"), "transfer", f"2004:{CANTEEN}", "3001:", 150, reason="test_record")
        self.adjust("propose", held, "void", "--reason", "clone", by=self.ALICE)
        self.close_day()
        page = self.page()
        for text in (self.ALICE, self.BOB, f"2004:{CANTEEN} → 3001:", "测试交易", "克隆卡", "待复核", "1 笔更正待第二人复核"):
            self.assertIn(text, page)
        self.become(self.BOB)
        self.stage.run("adjust", "approve", 2)  # on the next open date
        self.assertEqual(self.stage.value("SELECT max(accounting_date) FROM ledger.run WHERE job = 'adjust'"), "2026-03-03")
        self.stage.run("report", "--date", DAY, expect=STATUS)
        self.assertEqual(self.page(), page)

    def test_status_lists_what_waits(self):
        held = self.held_sale()
        self.adjust("propose", held, "void", "--reason", "clone")
        waits = json.loads(self.stage.run("status", "--json").stdout)["corrections"]
        self.assertEqual([(row["proposal_id"], row["exception"], row["amount_fen"]) for row in waits], [("1", "tac_bad", 450)])


class SystemUsers(AdjustCase):
    """[site] operators = system: whose process it is."""

    def as_user(self, number, *words):
        """Runs the program as another user, who can read a copy of the settings."""
        folder = pathlib.Path(tempfile.mkdtemp(prefix="daybook-operator-"))
        self.addCleanup(shutil.rmtree, folder, True)
        folder.chmod(0o755)
        program, config = folder / "daybook", folder / "daybook.conf"
        shutil.copy(PROGRAM, program)
        shutil.copy(self.stage.config, config)
        for path, mode in ((program, 0o755), (config, 0o600)):
            os.chown(path, number, number)
            path.chmod(mode)
        return subprocess.run(["setpriv", f"--reuid={number}", f"--regid={number}", "--clear-groups", program, "--config",
                               config, *map(str, words), "--date", DAY], capture_output=True, text=True)

    def test_two_users_of_the_system(self):
        if os.getuid() != 0:
            self.skipTest("only root can become two users")
        held = self.held_sale()
        # The site's socket is in a folder that no other user may enter.
        with DatabaseProxy(self.stage.name) as open_door:
            pathlib.Path(open_door.folder).chmod(0o755)
            pathlib.Path(open_door.folder, ".s.PGSQL.5432").chmod(0o777)
            self.stage.settings["site"]["operators"] = "system"
            self.stage.settings["database"]["conninfo"] = open_door.conninfo
            self.stage.write_settings()
            self.propose_and_approve(held)

    def propose_and_approve(self, held):
        proposed = self.as_user(2, "adjust", "propose", held, "void", "--reason", "seen")
        self.assertEqual(proposed.returncode, DONE, proposed.stderr)
        self.assertEqual(self.as_user(2, "adjust", "approve", 1).returncode, USAGE)
        approved = self.as_user(3, "adjust", "approve", 1)
        self.assertEqual(approved.returncode, DONE, approved.stderr)
        self.assertEqual(self.stage.rows("SELECT proposed_by, answered_by FROM ledger.answer"), [("bin", "sys")])


class KillAdjust(KillCase, Operators):
    @classmethod
    def prepare(cls, stage):
        t.install(stage)

    def setUp(self):
        super().setUp()
        self.let_operators_in(self.stage)
        play = t.Town(self.stage)
        play.sell("canteen", play.card(77), 150, "12:03")
        play.deliver(play.log("canteen"))
        self.stage.run("collect", "--date", DAY)
        self.stage.run("post", "--date", DAY, expect=STATUS)
        self.exception = self.stage.value("SELECT exception_id FROM api.exception WHERE verdict = 'unknown_card'")
        self.words = ("propose", self.exception, "transfer", f"2004:{CANTEEN}", f"2001:{ANN}", 150, "--reason", "goodwill")

    def test_propose(self):
        self.kill_everywhere("adjust", *self.words, "--date", DAY)

    def test_approve(self):
        self.adjust(*self.words, by=self.ALICE)
        self.become(self.BOB)
        # Killed after its commit, the second run is told that the answer stands.
        self.kill_everywhere("adjust", "approve", 1, "--date", DAY, expect=(DONE, USAGE))
