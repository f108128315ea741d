"""audit --from-bytes: every recorded run is done again from intake/, and what it makes must be the books."""
import json
import os
import re

from harness import ATTENTION, DONE, USAGE, KillCase, conninfo, psql
import town as t
from town import A, B, DAY
from test_adjust import Operators
from test_retry import OTHER_PSAM, RetryCase

NEXT_DAY, THIRD_DAY = "2026-03-03", "2026-03-04"
STATUS = (DONE, ATTENTION)


def scratches():
    """The scratch databases of this process's stages."""
    return psql("postgres", "-c", f"SELECT datname FROM pg_database WHERE datname LIKE 'stage_{os.getpid()}_%_from_bytes'")


def middle_pass(count):
    return [(count + 1) // 2]


class FromBytes(RetryCase, Operators):
    @classmethod
    def prepare(cls, stage):
        """Three nights with a bit of everything: faults, a retry, corrections, seals."""
        t.install(stage)
        cls.stage = stage
        cls.town = t.Town(stage)
        play = cls()
        play.stage, play.town = stage, cls.town
        play.first_night()
        play.second_night()
        play.third_night()

    def runTest(self):
        """Only so that prepare can have an instance."""

    def first_night(self):
        play = self.town
        play.sell("canteen", "ann", 1250, "12:00")
        play.sell("canteen", "ben", 800, "18:30")
        play.sell("canteen", play.card(77), 150, "12:03")
        play.sell("canteen", "dan", 150, "12:04")
        play.sell("canteen", "ann", 300, "12:30", mark=1)
        play.sell("canteen", "ben", 450, "19:00")
        play.spoil("canteen", 42, b"\1\2\3\4")
        log = play.log("canteen")
        play.terminals["noodles"].psam = OTHER_PSAM
        play.sell("noodles", "ben", 700, "18:40")
        self.refused_name = play.deliver(log, play.log("noodles"))
        play.deliver(log, made_at="20260302215000", extension="tar.gz")
        play.sell("other", "ann", 400, "13:00")
        play.deliver(play.log("other"), school=B)
        play.deliver_bytes(b"not an archive")
        self.close()
        self.put_psam_on_file()
        self.retry(self.refused_name)
        self.stage.run("night", "--date", DAY, expect=STATUS)

    def second_night(self):
        play = self.town
        self.let_operators_in(self.stage)
        unknown = self.stage.value("SELECT max(exception_id) FROM api.exception WHERE verdict = 'unknown_card'")
        held = self.stage.value("SELECT max(exception_id) FROM api.exception WHERE verdict = 'tac_bad'")
        refused = self.stage.value("SELECT max(exception_id) FROM api.exception WHERE verdict = 'blacklisted'")
        for words in ((unknown, "transfer", f"2004:{A}10001", "1298:unknown_card", 150, "--reason", "test_record"),
                      (held, "post", "--reason", "merchant_proof"), (refused, "void", "--reason", "seen")):
            self.become(self.ALICE)
            made = json.loads(self.stage.run("adjust", "propose", *words, "--json").stdout)["proposal"]["proposal_id"]
            self.become(self.BOB)
            verb = ("approve", made) if words[1] != "void" else ("refuse", made, "--reason", "look again")
            self.stage.run("adjust", *verb)
        self.leave()
        play.sell("canteen", "ann", 200, "12:00", day=NEXT_DAY)
        play.sell("canteen", "cat", 100, "12:05", day=NEXT_DAY)
        play.deliver(play.log("canteen"), made_at="20260303213000")
        path = self.stage.folder / "loss.csv"
        path.write_text(t.reference_text("loss", [(t.card_no(5), "lost", "2026-03-03 09:00:00", "x")]))
        self.stage.run("import", "loss", path, "--date", NEXT_DAY)
        self.stage.run("night", "--date", NEXT_DAY, expect=STATUS)

    def third_night(self):
        play = self.town
        play.sell("canteen", "eve", 100, "08:05", day=THIRD_DAY)
        play.deliver(play.log("canteen"), made_at="20260304213000")
        self.stage.run("collect", expect=STATUS)
        self.stage.run("post", expect=STATUS)

    def leave(self):
        """Back to the site's own user, who may create databases."""
        self.stage.settings["database"]["conninfo"] = conninfo(self.stage.name)
        self.stage.write_settings()

    def audit(self, *words, expect=DONE):
        done = self.stage.run("audit", "--from-bytes", "--json", *words, expect=expect)
        return json.loads(done.stdout), re.findall(r"audit_finding (.*)", done.stderr)

    def test_the_bytes_make_the_books(self):
        counts, findings = self.audit()
        self.assertEqual(findings, [])
        self.assertEqual((counts["differences"], counts["seals"], counts["seals_equal"]), (0, 2, 2))
        self.assertEqual(counts["runs"], counts["runs_done_again"])
        self.assertGreater(counts["rows_equal"], 150)

    def test_it_changes_nothing_and_leaves_nothing(self):
        self.assert_nothing_changes("audit", "--from-bytes")
        self.assertEqual(scratches(), "")

    def test_whatever_was_changed_behind_the_schemas_back_is_found(self):
        changes = {
            "transfers": "ALTER TABLE {t} DISABLE TRIGGER ALL; UPDATE {t} SET amount_fen = amount_fen + 1 "
                         "WHERE transfer_id = (SELECT min(transfer_id) FROM {t})",
            "cards": "UPDATE ledger.card_state SET purse_fen = purse_fen + 1 WHERE card_no = " + t.card_no(1),
            "packages": "UPDATE ops.archive_file SET posted = posted - 1, held = held + 1 WHERE posted > 0",
            "merchants": "ALTER TABLE ledger.merchant_meal DISABLE TRIGGER ALL; "
                         "UPDATE ledger.merchant_meal SET held_fen = held_fen + 1 WHERE held_fen > 0",
            "exceptions": "ALTER TABLE ledger.exception DISABLE TRIGGER ALL; "
                          "UPDATE ledger.exception SET amount_fen = 1 WHERE verdict = 21",
        }
        leaf = self.stage.value("SELECT min(tableoid::regclass::text) FROM ledger.transfer WHERE kind = 2")
        for kind, sql in changes.items():
            with self.subTest(kind):
                stage = self.copy_of(self.stage)
                stage.execute(sql.format(t=leaf))
                done = stage.run("audit", "--from-bytes", "-q", expect=ATTENTION)
                self.assertRegex(done.stderr, rf'audit_finding from bytes, "{kind}": only the books have')
                self.assertRegex(done.stderr, rf'audit_finding from bytes, "{kind}": only the bytes make')
                self.assertIn("scratch_kept", done.stderr)
                psql("postgres", "-c", f'DROP DATABASE "{stage.name}_from_bytes"')

    def test_settings_that_judge_otherwise_are_told_exactly(self):
        self.stage.settings["rules"] = {"over_limit_single_fen": 500}
        self.stage.write_settings()
        _, findings = self.audit(expect=ATTENTION)
        self.assertTrue(any('"exceptions": only the bytes make (over_limit,' in line for line in findings))
        self.assertFalse(any('"transfers"' in line for line in findings))
        psql("postgres", "-c", f'DROP DATABASE "{self.stage.name}_from_bytes"')

    def test_bytes_that_are_gone_end_it(self):
        digest = self.stage.value("SELECT sha256 FROM api.archive WHERE state = 'posted' ORDER BY archive_id LIMIT 1")
        (self.stage.folder / "intake" / digest[:2] / digest).unlink()
        self.stage.run("audit", "--from-bytes", expect=6)
        self.assertEqual(scratches(), "")

    def test_keys_that_are_gone_are_told(self):
        del self.stage.settings["keys"]["collectors_ca"]
        self.stage.write_settings()
        counts, findings = self.audit(expect=ATTENTION)
        self.assertTrue(all("was posted and is quarantined today: bad_signature" in line for line in findings))
        self.assertNotIn("differences", counts)
        psql("postgres", "-c", f'DROP DATABASE "{self.stage.name}_from_bytes"')

    def test_a_given_scratch_database(self):
        name = f"{self.stage.name}_given"
        psql("postgres", "-c", f'CREATE DATABASE "{name}"')
        self.addCleanup(psql, "postgres", "-c", f'DROP DATABASE "{name}"')
        counts, _ = self.audit("--scratch", conninfo(name))
        self.assertEqual(counts["differences"], 0)
        self.assertIn("holds a schema of daybook already",
                      self.stage.run("audit", "--from-bytes", "--scratch", conninfo(name), expect=USAGE).stderr)
        self.assertIn("holds a schema of daybook already",
                      self.stage.run("audit", "--from-bytes", "--scratch", conninfo(self.stage.name), expect=USAGE).stderr)

    def test_who_may_not_make_databases_is_told_how(self):
        self.become(self.ALICE)
        self.assertIn("CREATEDB", self.stage.run("audit", "--from-bytes", expect=4).stderr)

    def test_options_that_do_not_fit(self):
        self.stage.run("audit", "--from-bytes", "--from", DAY, expect=USAGE)
        self.stage.run("audit", "--scratch", "x", expect=USAGE)


class KillFromBytes(KillCase, RetryCase):
    @classmethod
    def prepare(cls, stage):
        t.install(stage)

    def setUp(self):
        KillCase.setUp(self)
        self.town = t.Town(self.stage)
        self.town.deliver(self.one_log())
        self.stage.run("night", "--date", DAY, expect=STATUS)

    def test_what_a_killed_one_has_left_goes(self):
        self.kill_everywhere("audit", "--from-bytes", sample=middle_pass)
        self.assertEqual(scratches(), "")
