"""adjust: what two people have posted can be reversed as any other purchase (RULES R-08, P-05, P-16)."""
import json

from harness import USAGE
from test_adjust import ANN, CANTEEN, AdjustCase
import town as t
from town import A


class Reversed(AdjustCase):
    def cancel(self, card, bought, time):
        return self.town.terminals["canteen"].cancel(self.town.cards[card], bought, t.at(time))

    def deliver_later(self, *entries):
        self.town.deliver(self.town.log("canteen", [*entries]), made_at="20260302220000")
        self.close()

    def reversals(self):
        return self.transfers("kind = 'reversal'")

    def explain(self, exception):
        (place,) = self.stage.rows(f"SELECT archive, file, record_no FROM api.exception WHERE exception_id = {exception}")
        return json.loads(self.stage.run("explain", "record", *place, "--json").stdout)

    def refused_gray(self):
        """A gray of a lost card that a later record decides and R-09 refuses then; the gray and the new exception."""
        self.town.terminals["canteen"].list_version = 20260302
        gray = self.town.sell("canteen", "dan", 300, "12:30", mark=1)
        self.town.sell("noodles", "dan", 100, "12:40")  # an old list: the bureau pays
        self.town.deliver(self.town.log("canteen"), self.town.log("noodles"))
        self.close()
        self.assertEqual([row[:2] for row in self.exceptions("device_no = '30000101'")],
                         [("gray", "closed"), ("merchant_pays", "open")])
        return gray, self.exception("merchant_pays")

    def test_a_gray_that_was_refused_when_it_was_decided(self):
        gray, held = self.refused_gray()
        self.agree(held, "post")
        self.assertIn((f"6201:{A}", f"2004:{CANTEEN}", "300"), self.transfers())
        self.deliver_later(self.cancel("dan", gray, "12:50"))
        self.assertEqual(self.reversals(), [(f"2004:{CANTEEN}", f"6201:{A}", "300")])
        self.assertEqual(self.verdicts("verdict = 'unmatched_reversal'"), [])
        self.assert_clean()

    def test_explain_shows_each_step_of_it(self):
        gray, held = self.refused_gray()
        self.agree(held, "post")
        self.deliver_later(self.cancel("dan", gray, "12:50"))
        found = self.explain(held)
        self.assertEqual([(found[step]["verdict"], found[step].get("decided"), found[step]["job"])
                          for step in ("judgement", "decision", "second_decision")],
                         [("gray", "held", "post"), ("merchant_pays", "posted", "post"), ("accepted", None, "adjust")])
        self.assertTrue(any(note.startswith("it is reversed by record 1 ") for note in found["second_decision"]["notes"]))
        self.assertEqual([(row["debit"], row["amount_fen"]) for row in found["entry"]["rows"]], [(f"6201:{A}", 300)])
        self.assertEqual([(row["verdict"], row["state"], row["approved_by"] or None) for row in found["exceptions"]["rows"]
                          if row["verdict"] != "blacklisted"],
                         [("gray", "closed", None), ("merchant_pays", "closed", self.BOB)])

    def test_a_refused_gray_that_is_void_cannot_be_reversed(self):
        gray, held = self.refused_gray()
        self.agree(held, "void")
        self.deliver_later(self.cancel("dan", gray, "12:50"))
        self.assertEqual((self.reversals(), self.verdicts("verdict = 'unmatched_reversal'")), ([], ["unmatched_reversal"]))
        self.assert_clean()

    def test_both_contents_of_a_sequence(self):
        """The record that came first, and the conflict that two people have posted too."""
        for first, second in (("ann", "ben"), ("ben", "ann")):
            bought = self.town.sell("canteen", first, 300, "12:30")
            self.town.deliver(self.town.log("canteen", [bought]))
            self.close()
            other = self.town.sell("canteen", second, 200, "12:40").changed(self.town.ring, seq=bought.fields["seq"])
            self.deliver_later(other)
            self.agree(self.exception("conflict"), "post", reason="terminal_fault")
            before = self.reversals()
            self.deliver_later(self.cancel(second, other, "12:50"), self.cancel(first, bought, "12:51"))
            cards = {"ann": ANN, "ben": t.card_no(2)}
            self.assertEqual(sorted(self.reversals()),
                             sorted([*before, (f"2004:{CANTEEN}", f"2001:{cards[second]}", "200"),
                                     (f"2004:{CANTEEN}", f"2001:{cards[first]}", "300")]))
        found = self.explain(self.exception("conflict"))
        self.assertEqual([(found[step]["verdict"], found[step].get("decided")) for step in ("judgement", "decision")],
                         [("conflict", "posted"), ("accepted", None)])
        self.assertEqual([row["amount_fen"] for row in found["entry"]["rows"]], [200])
        self.assert_clean()

    def test_a_reversal_is_posted_only_after_its_purchase(self):
        bought = self.town.sell("canteen", "ben", 450, "12:30")
        self.town.terminals["canteen"].memory[-1] = spoilt = bought.patched(42, b"\1\2\3\4")
        self.town.deliver(self.town.log("canteen", [spoilt, self.cancel("ben", bought, "12:40")]))
        self.close()
        held, reversal = self.exception("tac_bad"), self.exception("unmatched_reversal")
        self.assertIn("reverses a purchase that is not accepted, or reversed already",
                      self.adjust("propose", reversal, "post", "--reason", "merchant_proof", by=self.ALICE, expect=USAGE))
        self.agree(held, "post")
        self.agree(reversal, "post")
        self.assertEqual(self.reversals(), [(f"2004:{CANTEEN}", f"2001:{t.card_no(2)}", "450")])
        self.assertEqual((self.balance(t.card_no(2)), self.state(held), self.state(reversal)), (15000, "closed", "closed"))
        self.close()
        self.assertEqual(len(self.reversals()), 1)
        self.assert_clean()
