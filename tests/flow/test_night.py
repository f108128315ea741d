"""Whole nights of a city with faults: the books agree with the city's truth, and no job does anything twice."""
import atexit
import functools
import os
import pathlib
import shutil
import subprocess
import sys

from harness import ATTENTION, DONE, ROOT, FlowCase, servers
import compare
from reference import KINDS

START = "2026-03-02"
DAYS = ("2026-03-02", "2026-03-03", "2026-03-04")
STATUS = (DONE, ATTENTION)


@functools.cache
def city():
    """A small city with every fault, played once a process."""
    folder = pathlib.Path(servers()["SITE_DIR"]) / f"city-{os.getpid()}"
    shutil.rmtree(folder, ignore_errors=True)
    atexit.register(shutil.rmtree, folder, True)
    subprocess.run([sys.executable, "-B", "-W", "ignore", ROOT / "tests/city/city.py", "--seed", "7", "--schools", "3",
                    "--cards", "150", "--days", "3", "--start", START, "--faults", "--out", folder],
                   check=True, stdout=subprocess.DEVNULL)
    return folder


class CityCase(FlowCase):
    @classmethod
    def prepare(cls, stage):
        shutil.copytree(city() / "pki", stage.folder / "keys", dirs_exist_ok=True)
        stage.run("init")
        for kind in KINDS:
            stage.run("import", kind, city() / "reference" / f"{kind}.csv", "--date", START)

    def before_night(self, day):
        """What reaches the data centre on a day: reference rows, keys, packages."""
        for kind in KINDS:
            late = city() / "late_import" / day / f"{kind}.csv"
            if late.exists():
                self.stage.run("import", kind, late)
        later_keys = city() / "pki" / "master-keys-night2.p7m"
        if day != START and later_keys.exists():
            shutil.copy(later_keys, self.stage.folder / "keys" / "master-keys.p7m")
        self.stage.put_tree(city() / "nights" / day)

    def assert_truth(self, day):
        found = compare.differences(city() / "truth" / day, self.stage.settings["database"]["conninfo"],
                                    acks_root=self.stage.sftp, outbox=self.stage.folder / "outbox")
        self.assertEqual(found, [], f"after the night of {day}")

    def sealed(self):
        return [date for date, in self.stage.rows("SELECT sealed_date FROM ledger.seal ORDER BY 1")][-3:]


class Nights(CityCase):
    def test_every_night_agrees_with_the_truth_and_a_second_one_changes_nothing(self):
        for day in DAYS:
            self.before_night(day)
            self.stage.run("night", "--date", day, expect=STATUS)
            with self.subTest(day):
                self.assert_truth(day)
                self.assert_nothing_changes("night", "--date", day, expect=STATUS)
                self.stage.run("audit", expect=STATUS)
                self.assertTrue((self.stage.folder / "outbox/finance" / day / "morning.html").exists())

    def test_each_job_of_the_day_twice_changes_nothing(self):
        self.before_night(START)
        for job in ("collect", "post", "blacklist", "settle", "seal", "report"):
            self.stage.run(job, "--date", START, expect=STATUS)
            with self.subTest(job):
                self.assert_nothing_changes(job, "--date", START, expect=(*STATUS, 2))

    def test_missed_days_are_caught_up_in_order(self):
        for day in DAYS:
            self.stage.put_tree(city() / "nights" / day)
        self.stage.run("night", "--date", START, expect=STATUS)
        self.stage.run("night", "--date", DAYS[-1], expect=STATUS)
        self.assertEqual(self.sealed(), list(DAYS))
        self.stage.run("audit", expect=STATUS)
        for day in DAYS:
            self.assertTrue((self.stage.folder / "outbox/finance" / day / "morning.html").exists())

    def test_a_sealed_day_takes_no_more_transfers(self):
        self.before_night(START)
        self.stage.run("night", "--date", START, expect=STATUS)
        done = self.stage.run("post", "--date", START, expect=2)
        self.assertIn("sealed", done.stderr)
        with self.assertRaisesRegex(AssertionError, "only ever added"):
            self.stage.execute("UPDATE ledger.transfer SET amount_fen = amount_fen + 1")
        with self.assertRaisesRegex(AssertionError, "only ever added"):
            self.stage.execute("DELETE FROM ledger.transfer")
