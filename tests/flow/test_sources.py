"""Several sources: one that is away does not hold up the others, and a night waits with the seal only."""
from harness import ATTENTION, DONE, NETWORK, USAGE
from town import A, B, DAY, TownCase

LATER = "2026-03-03"


class TwoSources(TownCase):
    def setUp(self):
        super().setUp()
        self.east = self.stage.folder / "sftp-east"
        self.stage.settings["source east"] = dict(self.stage.settings["source city"], path=self.east)
        self.stage.write_settings()
        (self.east / B).mkdir(parents=True)

    def use(self, source, **changes):
        self.stage.settings[f"source {source}"].update(changes)
        self.stage.write_settings()

    def deliver_to_both(self):
        """One package at each source; their names."""
        first = self.town.deliver(self.town.log("canteen", []))
        second = self.town.deliver(self.town.log("other", []), school=B)
        (self.stage.sftp / B / second).rename(self.east / B / second)
        return [first, second]

    def names(self):
        return sorted(name for name, in self.stage.rows("SELECT name FROM api.archive"))

    def test_one_that_is_away_does_not_hold_up_the_other(self):
        names = self.deliver_to_both()
        for away, left in (("city", names[1]), ("east", names[0])):
            with self.subTest(away):
                stage = self.copy_of(self.stage)
                stage.settings[f"source {away}"]["port"] = 1
                stage.write_settings()
                done = stage.run("collect", "--date", DAY, expect=NETWORK)
                self.assertIn(away, done.stderr)
                self.assertEqual(stage.rows("SELECT name FROM api.archive"), [(left,)])
                self.assertEqual(stage.value("SELECT status FROM api.job_run WHERE job = 'collect'"), "failed")

    def test_answers_go_to_the_source_that_a_package_came_from(self):
        names = self.deliver_to_both()
        self.close(expect=DONE)
        self.assertEqual(self.names(), sorted(names))
        self.assertEqual([p.name.split(".ack")[0][:-9] for p in (self.stage.sftp / A / "ack").iterdir()], names[:1])
        self.assertEqual([p.name.split(".ack")[0][:-9] for p in (self.east / B / "ack").iterdir()], names[1:])

    def test_the_same_bytes_at_both_are_one_package(self):
        name = self.town.deliver(self.town.log("canteen", []))
        (self.east / A).mkdir()
        (self.east / A / name).write_bytes((self.stage.sftp / A / name).read_bytes())
        self.stage.run("collect", "--date", DAY)
        self.assertEqual(self.names(), [name])
        self.assert_nothing_changes("collect", "--date", DAY)

    def test_a_night_posts_what_came_and_waits_with_the_seal(self):
        names = self.deliver_to_both()
        self.use("east", port=1)
        self.stage.run("night", "--date", DAY, expect=NETWORK)
        self.assertEqual(self.stage.rows("SELECT name, state FROM api.archive"), [(names[0], "posted")])
        self.assertEqual(self.stage.value("SELECT count(*) FROM ledger.seal"), "0")
        self.use("east", port=self.stage.settings["source city"]["port"])
        self.stage.run("night", "--date", DAY, expect=(DONE, ATTENTION))
        self.assertEqual(self.stage.value("SELECT max(sealed_date) FROM ledger.seal"), DAY)
        self.assertEqual(self.stage.value("SELECT count(*) FROM api.archive WHERE state = 'posted'"), "2")


class NightDates(TownCase):
    def night(self, *words, expect=(DONE, ATTENTION)):
        return self.stage.run("night", *words, expect=expect)

    def runs(self, job):
        return [date for date, in self.stage.rows(f"SELECT date FROM api.job_run WHERE job = '{job}' ORDER BY started_at")]

    def test_the_first_day_must_be_given(self):
        done = self.night(expect=USAGE)
        self.assertIn("--date", done.stderr)
        self.assertEqual(self.runs("night"), [])

    def test_a_sealed_day_is_skipped_and_those_after_it_follow(self):
        self.night("--date", DAY)
        self.night("--date", DAY)
        self.assertEqual(self.runs("seal"), [DAY])
        self.night("--date", LATER)
        self.assertEqual(self.runs("seal"), [DAY, LATER])

    def test_a_day_that_is_not_the_open_one_is_refused_to_a_job(self):
        self.night("--date", DAY)
        for date, word in ((DAY, "sealed"), ("2026-03-09", "open date")):
            with self.subTest(date):
                done = self.stage.run("post", "--date", date, expect=USAGE)
                self.assertIn(word, done.stderr)

    def test_the_report_of_a_night_that_was_cut_off_is_made_by_the_next(self):
        for job in ("collect", "post", "blacklist", "settle", "seal"):
            self.stage.run(job, "--date", DAY)
        self.assertEqual(self.runs("report"), [])
        self.night("--date", DAY)
        self.assertEqual(self.runs("report"), [DAY])
        self.night("--date", DAY)
        self.assertEqual(self.runs("report"), [DAY])

    def test_a_night_posts_again_until_nothing_waits(self):
        self.stage.settings["limits"] = {"run_records": 1}
        self.stage.write_settings()
        for hour in (20, 21, 22):
            self.town.sell("canteen", "ann", 100, f"{hour}:00")
            self.town.deliver(self.town.log("canteen"), made_at=f"20260302{hour}3000")
        self.night("--date", DAY)
        self.assertEqual(self.stage.rows("SELECT state, count(*) FROM api.archive GROUP BY 1"), [("posted", "3")])
        self.assertEqual(len(self.runs("post")), 3)
        self.assertEqual(self.runs("seal"), [DAY])
