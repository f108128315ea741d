"""retry: quarantined packages and refused files are judged again, once their cause is mended (FORMATS 2, RULES R-22)."""
import json
import shutil

from harness import ATTENTION, DONE, USAGE, KillCase
import town as t
from town import A, DAY, TownCase

STATUS = (DONE, ATTENTION)
NEXT_DAY = "2026-03-03"
OTHER_PSAM = "370100000555"


class RetryCase(TownCase):
    def retry(self, *words, expect=DONE):
        done = self.stage.run("retry", *words, "--json", expect=expect)
        return json.loads(done.stdout)["retry"]["notes"] if expect == DONE else done.stderr

    def post(self, expect=STATUS, date=DAY):
        return self.stage.run("post", "--date", date, expect=expect)

    def row(self, name):
        return self.stage.rows("SELECT state, reason, records, posted, rejected FROM api.archive "
                               f"WHERE name = '{name}' ORDER BY archive_id")

    def total(self, name):
        """(posted, rejected, reason) of the last row of a package's ack."""
        row = self.stage.ack_rows(name)["TOTAL"]
        return row["posted"], row["rejected"], row["reason"]

    def without_ca(self):
        """Settings whose authority is not that of the collectors."""
        good = self.stage.settings["keys"]["collectors_ca"]
        other = self.stage.folder / "keys" / "other.crt"
        shutil.copy(self.stage.folder / "keys" / "host.crt", other)
        self.stage.settings["keys"]["collectors_ca"] = other
        self.stage.write_settings()
        return good

    def mend(self, key, value):
        self.stage.settings["keys"][key] = value
        self.stage.write_settings()

    def refused(self):
        """A package of the canteen (which is good) and of the noodles, whose psam is not on file: refused."""
        self.town.terminals["noodles"].psam = OTHER_PSAM
        self.town.sell("canteen", "ann", 1250, "12:00")
        self.sold = [self.town.sell("noodles", "ben", 800, "18:30")]
        name = self.town.deliver(self.town.log("canteen"), self.town.log("noodles"))
        self.close()
        self.assertEqual(self.verdicts(), ["file_refused"])
        return name

    def put_psam_on_file(self, date=DAY):
        """Another row of the noodles' history, which has the psam."""
        rows = [(*row[:7], "2026-03-01", *row[8:]) if row[0] == "30000102" else row for row in t.reference_rows()["terminal"]]
        rows.append(("30000102", OTHER_PSAM, "pos", A, "1号机", A + "10002", "2026-03-02", "", "pos-bin/1", 20000, "", ""))
        path = self.stage.folder / "terminal.csv"
        path.write_text(t.reference_text("terminal", rows))
        self.stage.run("import", "terminal", path, "--date", date)

    def noodles_file(self):
        return self.stage.value("SELECT name FROM ops.archive_file WHERE device_no = 30000102")


class Packages(RetryCase):
    def quarantined(self):
        good = self.without_ca()
        name = self.town.deliver(self.one_log())
        self.close()
        self.assertEqual(self.row(name), [("quarantined", "bad_signature", "0", "0", "0")])
        self.assertEqual(self.total(name), ("0", "0", "bad_signature"))
        self.mend("collectors_ca", good)
        return name

    def test_a_quarantined_package_is_posted_and_answered_anew(self):
        name = self.quarantined()
        self.assertIn("was in quarantine (bad_signature)", self.retry(name)[0])
        self.assertEqual(self.row(name)[0][0], "collected")
        self.post(expect=DONE)
        self.assertEqual(self.row(name), [("posted", None, "1", "1", "0")])
        self.assertEqual(self.total(name), ("1", "0", ""))
        self.assertEqual([path.name for path in (self.stage.sftp / A / "ack").iterdir()],
                         [f"{name}.{self.stage.value('SELECT left(sha256, 8) FROM api.archive')}.ack.csv"])
        self.stage.run("audit")

    def test_again_and_again(self):
        name = self.quarantined()
        self.retry(name)
        self.assertIn("waits for the next post already", self.retry(name)[0])
        self.assert_nothing_changes("retry", name)
        self.post()
        self.assert_nothing_changes("post", "--date", DAY)
        self.assertIn("is posted and nothing of it is refused", self.retry(name, expect=USAGE))

    def test_a_cause_that_is_not_mended_quarantines_it_again(self):
        good = self.without_ca()
        name = self.town.deliver(self.one_log())
        self.close()
        self.retry(name)
        self.post(expect=ATTENTION)
        self.assertEqual(self.row(name), [("quarantined", "bad_signature", "0", "0", "0")])
        self.mend("collectors_ca", good)
        self.retry(name)
        self.post()
        self.assertEqual(self.total(name), ("1", "0", ""))

    def test_all_of_a_reason(self):
        first = self.quarantined()
        bad = self.town.deliver_bytes(b"not an archive")
        self.close()
        self.assertIn("1 packages were in quarantine (bad_signature)", self.retry("--reason", "bad_signature")[0])
        self.post()
        self.assertEqual((self.row(first)[0][0], self.row(bad)[0][0]), ("posted", "quarantined"))

    def test_an_answer_that_was_not_sent_yet_is_replaced_too(self):
        port = self.stage.settings["source city"]["port"]
        good = self.without_ca()
        name = self.town.deliver(self.one_log())
        self.stage.run("collect", "--date", DAY)
        self.stage.settings["source city"]["port"] = 1
        self.mend("collectors_ca", self.stage.settings["keys"]["collectors_ca"])
        self.stage.run("post", "--date", DAY, expect=5)
        self.mend("collectors_ca", good)
        self.retry(name)
        self.stage.settings["source city"]["port"] = port
        self.stage.write_settings()
        self.post()
        self.assertEqual(self.total(name), ("1", "0", ""))

    def test_an_answer_that_somebody_else_has_changed_is_an_alarm(self):
        name = self.quarantined()
        (ack,) = (self.stage.sftp / A / "ack").iterdir()
        ack.write_text("somebody else\n")
        self.retry(name)
        self.assertIn("outbox_alarm", self.post().stderr)
        self.assertEqual(ack.read_text(), "somebody else\n")

    def test_other_bytes_of_a_posted_name_cannot_be_retried(self):
        name = self.town.deliver(self.one_log(100))
        self.close()
        other = self.stage.sftp / A / self.town.deliver(self.one_log(200))
        self.stage.put_package(name, other.read_bytes())
        other.unlink()  # else these bytes are known under their own name
        self.close()
        digest = self.stage.value("SELECT sha256 FROM api.archive WHERE reason = 'renamed_content'")
        self.assertIn("was posted with other bytes", self.retry(digest, expect=USAGE))
        self.assertIn("is posted and nothing of it is refused", self.retry(name, expect=USAGE))

    def test_a_sealed_day_shows_it_as_it_was(self):
        name = self.quarantined()
        self.stage.run("night", "--date", DAY, expect=STATUS)
        page = self.stage.folder / "outbox" / "finance" / DAY / "morning.html"
        before = page.read_bytes()
        self.assertIn(name, before.decode())
        self.retry(name)
        self.post(date=NEXT_DAY)
        self.stage.run("report", "--date", DAY, expect=STATUS)
        self.assertEqual(page.read_bytes(), before)
        self.assertEqual(self.transfers(), [(f"2001:{t.card_no(1)}", f"2004:{A}10001", "500")])

    def test_status_and_night_tell_what_is_set_aside_and_how_to_retry(self):
        name = self.quarantined()
        found = json.loads(self.stage.run("status", "--json").stdout)["set_aside"]
        self.assertEqual([(row["name"], row["reason"], row["of"]) for row in found], [(name, "bad_signature", 1)])
        self.assertIn("daybook retry NAME", self.stage.run("status").stdout)
        self.assertIn("set_aside packages=1 files=0", self.stage.run("night", "--date", DAY, expect=STATUS).stderr)


class Files(RetryCase):
    def test_a_refused_file_is_a_part_with_its_own_counts(self):
        name = self.refused()
        self.assertEqual(self.row(name), [("posted", None, "2", "1", "1")])
        self.put_psam_on_file()
        self.assertIn("will be judged again by the next post", self.retry(name)[0])
        self.post(expect=DONE)
        # the first counts never change
        self.assertEqual(self.row(name), [("posted", None, "2", "1", "1")])
        self.assertEqual(self.stage.rows("SELECT state, records, posted, amount_fen FROM ops.archive_file_retry"),
                         [("posted", "1", "1", "800")])
        self.assertEqual(self.exceptions()[0][1], "closed")
        self.assertEqual(len(self.transfers()), 2)
        rows = self.stage.ack_rows(name)
        self.assertEqual((rows[self.noodles_file()]["posted"], rows[self.noodles_file()]["reason"], rows["TOTAL"]["posted"],
                          rows["TOTAL"]["rejected"]), ("1", "", "2", "0"))
        self.stage.run("audit")
        self.stage.run("audit", "--from", DAY, "--to", DAY)

    def test_by_the_name_of_the_file(self):
        name = self.refused()
        self.put_psam_on_file()
        file = self.noodles_file()
        self.retry(f"{name}/{file}")
        self.assertIn("already", self.retry(file.removeprefix("logs/"))[0])
        self.post()
        self.assertIn("was judged again and accepted", self.retry(file, expect=USAGE))
        self.assertIn("is posted and nothing of it is refused", self.retry(name, expect=USAGE))

    def test_a_name_that_several_packages_have_needs_its_package(self):
        for _ in range(2):
            self.town.sell("noodles", "ben", 100, "12:00")
            self.town.deliver(self.town.log("noodles", psam=OTHER_PSAM))
        self.close()
        self.assertIn("2 packages have a refused file", self.retry(self.stage.value(
            "SELECT DISTINCT name FROM ops.archive_file"), expect=USAGE))

    def test_refused_again_it_stays_and_may_be_tried_again(self):
        name = self.refused()
        self.retry(name)
        self.assertIn("file_refused_again", self.post(expect=ATTENTION).stderr)
        self.assertEqual(self.stage.rows("SELECT state, records FROM ops.archive_file_retry"), [("refused", "0")])
        self.assertEqual(self.exceptions(), self.exceptions("state = 'open'"))
        self.assertEqual(self.stage.ack_rows(name)["TOTAL"]["rejected"], "1")
        self.put_psam_on_file()
        self.retry(name)
        self.post()
        self.assertEqual(self.exceptions("state = 'open'"), [])
        self.stage.run("audit")

    def test_on_a_later_day_it_is_late_money_of_the_open_day(self):
        name = self.refused()
        self.stage.run("night", "--date", DAY, expect=STATUS)
        self.put_psam_on_file(NEXT_DAY)
        self.retry(name)
        self.stage.run("collect", "--date", NEXT_DAY, expect=STATUS)
        self.assertIn("1 packages are collected and not posted",
                      self.stage.run("seal", "--date", NEXT_DAY, expect=ATTENTION).stderr)
        self.stage.run("night", "--date", NEXT_DAY, expect=STATUS)
        self.assertEqual(self.stage.rows("SELECT accounting_date, amount_fen FROM api.transfer WHERE kind = 'purchase' "
                                         "ORDER BY transfer_id"), [(DAY, "1250"), (NEXT_DAY, "800")])
        self.assertEqual(self.stage.rows("SELECT collected, posted FROM api.terminal_day WHERE device_no = '30000102'"),
                         [("1", "1")])
        page = (self.stage.folder / "outbox" / "finance" / NEXT_DAY / "morning.html").read_text()
        self.assertNotIn("对不上", page)
        self.stage.run("audit")

    def test_explain_says_what_became_of_its_records(self):
        name = self.refused()
        self.put_psam_on_file()
        self.retry(name)
        self.post()
        found = json.loads(self.stage.run("explain", "record", name, self.noodles_file(), 1, "--json").stdout)
        self.assertEqual((found["judgement"]["verdict"], found["file"]["refused"] is None, found["file"]["accepted_again"]),
                         ("accepted", False, 1))

    def test_what_came_in_another_package_meanwhile_is_a_copy(self):
        name = self.refused()
        (entry,) = self.sold
        self.put_psam_on_file()
        self.town.deliver(self.town.log("noodles", [entry]), made_at="20260302220000")
        self.close()
        self.retry(name)
        self.post()
        self.assertEqual(self.stage.rows("SELECT records, posted, duplicate FROM ops.archive_file_retry"), [("1", "0", "1")])
        self.assertEqual(len(self.transfers()), 2)
        self.assertEqual(self.exceptions("state = 'open'"), [])
        self.stage.run("audit")

    def test_names_that_are_none(self):
        for words, said in (((), "needs PACKAGE or FILE"), (("nothing",), "is neither a package nor a refused file"),
                            (("a/b",), "is neither a package nor a refused file")):
            with self.subTest(words=words):
                self.assertIn(said, self.retry(*words, expect=USAGE))


class KillRetry(KillCase, RetryCase):
    @classmethod
    def prepare(cls, stage):
        t.install(stage)

    def setUp(self):
        KillCase.setUp(self)
        self.town = t.Town(self.stage)
        good = self.without_ca()
        self.bad = self.town.deliver(self.one_log(300, "other"), school=t.B)
        self.close()
        self.mend("collectors_ca", good)
        self.town.terminals["noodles"].psam = OTHER_PSAM
        self.town.sell("noodles", "ben", 800, "18:30")
        self.name = self.town.deliver(self.town.log("noodles"))
        self.close()
        self.put_psam_on_file()

    def test_retry(self):
        self.kill_everywhere("retry", self.bad, self.name)

    def test_post_after_it(self):
        self.retry(self.bad, self.name)
        self.kill_everywhere("post", "--date", DAY, expect=STATUS)
