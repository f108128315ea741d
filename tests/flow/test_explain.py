"""explain: from any figure down to the archive, the file and the bytes of the record, with the rule that decided."""
import json
import re

from harness import ATTENTION, DISK, DONE, USAGE
import town as t
from town import A, B, DAY, TownCase

CANTEEN = A + "10001"
ANN, BEN, DAN = (t.card_no(n) for n in (1, 2, 4))
STATUS = (DONE, ATTENTION)


class ExplainCase(TownCase):
    def explain(self, *words, expect=DONE):
        done = self.stage.run("explain", *words, "--json", expect=expect)
        return json.loads(done.stdout) if expect == DONE else done.stderr

    def record(self, package, n, expect=DONE):
        """Explains a record of the only file of a package."""
        return self.explain("record", package, self.file(package), n, expect=expect)

    def file(self, package):
        return self.stage.value("SELECT f.name FROM ops.archive_file AS f JOIN ops.archive AS a USING (archive_id) "
                                f"WHERE a.name = '{package}'")

    def post(self, *sales, made_at="20260302213000"):
        """Sells, packs the whole memory of each terminal and posts; the name of the last package."""
        self.sold = [self.town.sell(*sale) for sale in sales]
        for terminal in dict.fromkeys(sale[0] for sale in sales):
            name = self.town.deliver(self.town.log(terminal), made_at=made_at)
        self.close()
        return name


class Record(ExplainCase):
    def test_from_bytes_to_books(self):
        package = self.post(("canteen", "ann", 1250, "12:00"), ("canteen", "ben", 800, "18:30"))
        found = self.record(package, 2)
        raw = self.sold[1].raw
        self.assertEqual((found["record"]["byte_offset"], found["record"]["hex"]), (128, raw.hex()))
        self.assertEqual((found["record"]["card_no"], found["record"]["amount_fen"], found["record"]["kind"]),
                         (BEN, 800, "06 purchase"))
        self.assertEqual(found["judgement"]["verdict"], "accepted")
        self.assertTrue(found["judgement"]["notes"][0].startswith("R-10"))
        self.assertEqual([(row["debit"], row["credit"], row["amount_fen"]) for row in found["entry"]["rows"]],
                         [(f"2001:{BEN}", f"2004:{CANTEEN}", 800)])
        self.assertEqual(found["entry"]["notes"], ["P-01: a purchase"])
        self.assertEqual(found["exceptions"]["rows"], [])
        in_intake = self.stage.folder / "intake" / found["package"]["sha256"][:2] / found["package"]["sha256"]
        self.assertEqual(found["package"]["bytes_in"], str(in_intake))
        self.assertEqual(in_intake.read_bytes(), (self.stage.sftp / A / package).read_bytes())

    def test_file_with_and_without_folder_and_package_by_digest(self):
        package = self.post(("canteen", "ann", 1250, "12:00"))
        whole = self.record(package, 1)
        name = whole["file"]["name"]
        for archive in (package, whole["package"]["sha256"]):
            for file in {name, name.removeprefix("logs/")}:
                self.assertEqual(self.explain("record", archive, file, 1), whole)

    def test_the_rule_of_a_held_record_and_its_exception(self):
        self.town.sell("canteen", "ann", 450, "12:30")
        self.town.spoil("canteen", 42, b"\1\2\3\4")
        package = self.town.deliver(self.town.log("canteen"))
        self.close()
        found = self.record(package, 1)
        self.assertEqual(found["judgement"]["verdict"], "tac_bad")
        self.assertTrue(found["judgement"]["notes"][0].startswith("R-04"))
        self.assertEqual(found["entry"]["rows"], [])
        (row,) = found["exceptions"]["rows"]
        self.assertEqual((row["verdict"], row["state"], row["amount_fen"]), ("tac_bad", "open", 450))
        self.assertIn(f"daybook adjust propose {row['exception_id']} ", found["exceptions"]["notes"][0])

    def test_a_copy_names_its_original_and_a_conflict_the_other_content(self):
        first = self.post(("canteen", "ann", 1250, "12:00"))
        (entry,) = self.sold
        again = self.town.deliver(self.town.log("canteen", [entry], created="2026-03-02 22:00:00"), made_at="20260302220000")
        other = entry.changed(self.town.ring, amount=100, after=entry.fields["before"] - 100)
        third = self.town.deliver(self.town.log("canteen", [other]), made_at="20260302223000")
        self.close()
        found = self.record(again, 1)
        self.assertEqual(found["judgement"]["verdict"], "duplicate")
        self.assertIn(f'the same content came before: record 1 of "{self.file(first)}" in "{first}"',
                      found["judgement"]["notes"][1])
        self.assertEqual(self.record(third, 1)["judgement"]["verdict"], "conflict")

    def test_a_malformed_record_shows_why(self):
        self.town.sell("canteen", "ann", 450, "12:30")
        memory = self.town.terminals["canteen"].memory
        memory[-1] = memory[-1].copy(raw=memory[-1].raw[:60] + bytes(4))
        package = self.town.deliver(self.town.log("canteen"))
        self.close()
        found = self.record(package, 1)
        self.assertEqual((found["judgement"]["verdict"], found["record"]["malformed"]), ("malformed", "crc differs"))
        self.assertEqual([row["verdict"] for row in found["exceptions"]["rows"]], ["malformed"])

    def test_flags_are_explained(self):
        package = self.post(("canteen", "dan", 150, "12:04"))
        found = self.record(package, 1)
        self.assertTrue(any(note.startswith("blacklisted:") for note in found["judgement"]["notes"]))
        self.assertEqual(found["entry"]["notes"], ["P-04: a purchase after the loss report; the bureau pays the merchant"])

    def test_what_was_not_judged_says_why(self):
        self.town.deliver(self.one_log())
        bad = self.town.deliver_bytes(b"not an archive")
        self.close()
        found = self.explain("record", bad, "x", 1)
        self.assertEqual((found["package"]["state"], found["package"]["reason"]), ("quarantined", "unreadable"))
        self.assertIn("daybook retry", found["package"]["notes"][0])
        self.assertIn("cannot be read today", found["bytes"]["notes"][0])

    def test_a_refused_file_says_why(self):
        self.town.sell("canteen", "ann", 450, "12:30")
        package = self.town.deliver(self.town.log("canteen", count=7))
        self.close()
        found = self.record(package, 1)
        self.assertEqual((found["file"]["records"], found["file"]["rejected"]), (1, 1))
        self.assertIn(found["file"]["refused"], found["bytes"]["notes"][0])
        self.assertIn("daybook retry", found["file"]["notes"][0])

    def test_wrong_words_say_what_to_do(self):
        package = self.post(("canteen", "ann", 1250, "12:00"))
        for words, said in ((("record", "nothing.zip", "x", 1), "there is no package"),
                            (("record", package, "x", 1), "has no file"),
                            (("record", package, self.file(package), 2), "has no record 2"),
                            (("record", package, "x", 0), "no number above 0"),
                            (("record", package), "explain record ARCHIVE FILE N"),
                            (("transfer", 5), "there is no transfer 5"),
                            (("card", "12"), "is no card number"),
                            (("card", t.card_no(88)), "nothing is known of card"),
                            (("person", "NOBODY"), "there is no person"),
                            (("statement", "1-2-3"), "there is no statement"),
                            (("weather", "x"), "one of card, person")):
            with self.subTest(words=words):
                said_now = self.explain(*words, expect=USAGE)
                self.assertIn(said, said_now)
                self.assertIn("hint:", said_now)

    def test_bytes_that_the_disk_has_changed_are_told(self):
        package = self.post(("canteen", "ann", 1250, "12:00"))
        found = self.record(package, 1)
        path = self.stage.folder / "intake" / found["package"]["sha256"][:2] / found["package"]["sha256"]
        path.chmod(0o600)
        path.write_bytes(path.read_bytes()[:-1] + b"\1")
        self.assertIn("does not hold the bytes", self.record(package, 1, expect=DISK))

    def test_it_changes_nothing_and_shows_the_same_on_paper(self):
        package = self.post(("canteen", "ann", 1250, "12:00"))
        found = self.record(package, 1)
        words = ("explain", "record", package, found["file"]["name"], 1)
        self.assert_nothing_changes(*words)
        paper = self.stage.run(*words).stdout
        for text in (found["record"]["hex"], found["package"]["sha256"], "R-10", "12.50", ANN):
            self.assertIn(text, paper)


class Transfer(ExplainCase):
    def transfer(self, where):
        return self.stage.value(f"SELECT min(transfer_id) FROM api.transfer WHERE {where}")

    def test_of_a_purchase_across_schools_leads_to_the_record(self):
        self.town.sell("other", "ann", 400, "13:00")
        package = self.town.deliver(self.town.log("other"), school=B)
        self.close()
        found = self.explain("transfer", self.transfer("kind = 'purchase'"))
        self.assertEqual([(row["debit"], row["credit"]) for row in found["entry"]["rows"]],
                         [(f"2001:{ANN}", f"1221:{A}:{B}"), (f"1221:{B}:{A}", f"2004:{B}10001")])
        self.assertEqual((found["package"]["name"], found["record"]["record_no"]), (package, 1))
        self.assertTrue(found["transfer"]["notes"][0].startswith("P-06"))

    def test_of_an_opening_leads_to_the_line_of_the_card_file(self):
        found = self.explain("transfer", self.transfer(f"kind = 'opening' AND card_no = '{ANN}'"))
        self.assertEqual(found["source"]["text"], t.reference_text("card", t.reference_rows()["card"]).splitlines()[1])
        self.assertEqual(found["source"]["line"], 2)

    def test_of_a_fee_shows_its_formula(self):
        self.post(("canteen", "ann", 1250, "12:00"))
        self.stage.run("settle", "--date", DAY)
        found = self.explain("transfer", self.transfer("kind = 'merchant_fee'"))
        self.assertEqual([found["source"][key] for key in ("turnover_fen", "fee_bps", "due_fen", "booked_here_fen")],
                         [1250, 60, 8, 8])
        self.assertIn(CANTEEN, found["source"]["text"])


class Cards(ExplainCase):
    def test_card_and_ledger_agree(self):
        self.post(("canteen", "ann", 1250, "12:00"))
        found = self.explain("card", ANN)
        self.assertEqual([found["balance"][key] for key in ("ledger_fen", "card_fen", "difference_fen")], [18750, 18750, 0])
        self.assertEqual(found["balance"]["notes"], ["card and ledger agree"])
        self.assertEqual([row["verdict"] for row in found["chain"]["rows"]], ["accepted"])

    def test_missing_counters_and_held_records_are_told_with_their_money(self):
        sold = [self.town.sell("canteen", "ann", 100 * n, f"12:0{n}") for n in range(1, 6)]
        sold[2] = sold[2].patched(42, b"\1\2\3\4")  # counter 13 is held, 12 never comes
        self.town.deliver(self.town.log("canteen", [sold[0], sold[2], sold[3], sold[4]]))
        self.close()
        found = self.explain("card", ANN)
        self.assertEqual(found["balance"]["difference_fen"], 500)
        notes = found["balance"]["notes"]
        self.assertIn("5.00: offline counters 12 to 13 are missing before 2026-03-02 12:04:00, and the card's balance moved "
                      "by -5.00 there", notes)
        self.assertIn("held records with these counters: 1; they say that the card moved by -3.00, so -2.00 of the movement "
                      "are in no record", notes)
        self.assertTrue(any(note.startswith("held, not in the books: 3.00 of tac_bad") for note in notes))
        self.assertFalse(any("unexplained" in note for note in notes))
        self.assertIn("counter_gap", [row["verdict"] for row in found["exceptions"]["rows"]])

    def test_an_opening_difference_and_money_of_the_bureau_are_told(self):
        self.town.cards["dan"].balance += 70  # what the card file did not know
        self.post(("canteen", "dan", 150, "12:04"))
        notes = self.explain("card", DAN)["balance"]["notes"]
        self.assertIn("-0.70: the card's balance moved by 0.70 at 2026-03-02 12:04:00 without a transaction that has a number "
                      "(balance_break)", notes)
        self.assertTrue(any(note.startswith("1.50: 1 records moved the card and not its purse") for note in notes))

    def test_whatever_a_storm_of_faults_does_nothing_stays_unexplained(self):
        play = self.town
        stranger = play.card(77)
        for n in range(6):
            for card in ("ann", "ben", "cat", stranger):
                play.sell("canteen", card, 100 + n, f"1{n}:00")
        memory = play.terminals["canteen"].memory
        kept = [entry for n, entry in enumerate(memory) if n % 5 != 3]
        kept = [entry.patched(42, b"\1\2\3\4") if n % 7 == 2 else entry for n, entry in enumerate(kept)]
        play.deliver(play.log("canteen", kept))
        self.close()
        for card in (ANN, BEN, t.card_no(3), stranger.card_no):
            with self.subTest(card=card):
                found = self.explain("card", card)
                self.assertFalse([note for note in found["balance"]["notes"] if "unexplained" in note])

    def test_twenty_digits_and_paper(self):
        self.post(("canteen", "ann", 1250, "12:00"))
        self.assertEqual(self.explain("card", "00" + ANN), self.explain("card", ANN))
        self.assertIn("card and ledger agree", self.stage.run("explain", "card", ANN).stdout)
        self.assert_nothing_changes("explain", "card", ANN)


class People(ExplainCase):
    def test_a_person_with_his_cards(self):
        self.post(("canteen", "ann", 1250, "12:00"))
        found = self.explain("person", "S1")
        self.assertEqual([(row["card_no"], row["ledger_fen"], row["difference_fen"]) for row in found["cards"]["rows"]],
                         [(ANN, 18750, 0)])
        self.assertIn("S1,student,张三", found["person"]["text"])


class Statements(ExplainCase):
    def test_each_line_leads_to_its_transfers(self):
        self.post(("canteen", "ann", 1250, "12:00"), ("canteen", "ben", 800, "18:30"), ("canteen", "ben", 90, "18:31"))
        self.stage.run("settle", "--date", DAY)
        number = f"{CANTEEN}-{DAY}-1"
        found = self.explain("statement", number)
        self.assertEqual([(row["meal"], row["transfers"], row["purchases"], row["purchase_fen"], row["fee_fen"])
                          for row in found["lines"]["rows"]],
                         [("lunch", 1, 1, 1250, 0), ("supper", 2, 2, 890, 0), ("all", 1, 0, 0, 13)])
        self.assertEqual(found["statement"]["notes"], ["its text makes this digest"])
        query = re.search(r"the transfers: (SELECT .*)", "\n".join(found["lines"]["notes"]))[1]
        self.assertEqual(len(self.stage.rows(query)), 4)
        listed = self.explain("statement", number, "-v")["transfers"]["rows"]
        self.assertEqual(sorted(str(row["transfer_id"]) for row in listed),
                         sorted(row[0] for row in self.stage.rows(query)))
        self.assertEqual([row["record_no"] for row in listed], [None, 1, 2, 3])
        self.assert_nothing_changes("explain", "statement", number)

    def test_an_edition_that_was_replaced_says_so(self):
        self.post(("canteen", "ann", 1250, "12:00"))
        self.stage.run("settle", "--date", DAY)
        self.post(("canteen", "ben", 800, "18:30"), made_at="20260302220000")
        self.stage.run("settle", "--date", DAY)
        first = self.explain("statement", f"{CANTEEN}-{DAY}-1")
        self.assertIn("edition 2 has taken its place", first["statement"]["notes"])
        self.assertEqual([row["transfers"] for row in first["lines"]["rows"]], [1, 1])
