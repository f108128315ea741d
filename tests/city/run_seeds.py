#!/usr/bin/env python3
"""Plays small faulty cities of random seeds through the real program and compares every night with their truth.

Usage: run_seeds.py [--seeds N] [--seed K] [--jobs 2] [words for city.py]
                                                             (make test-city SEEDS=N, make test-city SEED=K)
Each seed is printed and plays the same city again with --seed. A city that disagrees, or on which a job fails, stays
under var/<site>/seeds/<seed>/ with the differences and what the server held. Exits 1 when any seed does not agree.
"""
import argparse
import concurrent.futures
import datetime
import json
import os
import pathlib
import random
import shutil
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "flow")]
import compare  # noqa: E402
import corrections  # noqa: E402
import coverage  # noqa: E402
import harness  # noqa: E402
import reference  # noqa: E402

STARTS = ("2026-03-02", "2026-02-27", "2026-04-28", "2027-12-30")
STATUS = (harness.DONE, harness.ATTENTION)
TABLE = "{:>10}  {:>5}  {:>8}  {:>8}  {:>12}  {:>6}  {}"
SHOWN = 6
PEOPLE = ("daybook_test_alice", "daybook_test_bob")
LET_IN = """DO $$ BEGIN CREATE ROLE {0} LOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
GRANT daybook_job TO {0}"""


class Play:
    """One seed's city, from its options to what came of it."""

    def __init__(self, seed, words=()):
        rng = random.Random(f"options {seed}")
        self.seed, self.start = seed, datetime.date.fromisoformat(rng.choice(STARTS))
        self.schools, self.cards, self.days = rng.randrange(3, 6), rng.randrange(30, 120), rng.choice((3, 4, 10))
        self.folder = pathlib.Path(harness.servers()["SITE_DIR"]) / "seeds" / str(seed)
        self.city = self.folder / "city"
        self.words = list(words)
        self.packages = self.records = self.fen = 0
        self.seconds, self.differences = 0.0, []
        self.covered = coverage.Coverage()

    def run(self):
        """Makes the city and lives through its nights; what does not agree is in differences."""
        began_at = time.monotonic()
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        try:
            self.make_city("--busy", 3, "--faults", "--people", *self.words)
            for self.city in self.roots():
                stage = harness.Stage()
                try:
                    self.live(stage)
                finally:
                    stage.drop()
        except (AssertionError, OSError, RuntimeError) as error:
            self.differences += str(error).splitlines() or [repr(error)]
        self.seconds = time.monotonic() - began_at
        if self.differences:
            (self.folder / "differences.txt").write_text("\n".join(self.differences) + "\n")
        else:
            shutil.rmtree(self.folder)
        return self

    def roots(self):
        """The folders of the lives that the program lives through, one after the other."""
        return [self.city]

    def make_city(self, *more):
        words = [sys.executable, "-B", "-W", "ignore", HERE / "city.py", "--seed", self.seed, "--schools", self.schools,
                 "--cards", self.cards, "--days", self.days, "--start", self.start, *more, "--out", self.city]
        made = subprocess.run(list(map(str, words)), capture_output=True, text=True)
        if made.returncode != 0:
            raise RuntimeError(f"the city could not be made:\n{made.stderr.strip()}")

    def live(self, stage):
        """Cut-over, then night after night, each compared; the books are audited at the end, and made anew from their bytes."""
        shutil.copytree(self.folder / "city" / "pki", stage.folder / "keys", dirs_exist_ok=True)
        stage.run("init")
        self.hand_in(stage, self.city / "reference", "--date", self.start)
        for index in range(self.days):
            day = self.start + datetime.timedelta(days=index)
            self.hand_in(stage, self.city / "late_import" / str(day))
            self.correct(stage, corrections.read(self.city / "corrections" / f"{day}.csv"))
            later_keys = self.folder / "city" / "pki" / "master-keys-night2.p7m"
            if index and later_keys.exists():
                shutil.copy(later_keys, stage.folder / "keys" / "master-keys.p7m")
            stage.put_tree(self.city / "nights" / str(day))
            stage.run("night", "--date", day, expect=STATUS)
            found = compare.differences(self.city / "truth" / str(day), stage.settings["database"]["conninfo"],
                                        acks_root=stage.sftp, outbox=stage.folder / "outbox")
            self.differences += [f"{day} {line}" for line in found]
            if found:
                shutil.copytree(stage.sftp, self.folder / "sftp")
                break
        self.count(stage)
        if not self.differences:
            stage.run("audit")
            stage.run("audit", "--from-bytes")

    @staticmethod
    def hand_in(stage, folder, *words):
        """Imports what lies in a folder, kind by kind."""
        for kind in reference.KINDS:
            if (folder / f"{kind}.csv").exists():
                stage.run("import", kind, folder / f"{kind}.csv", *words)

    @staticmethod
    def correct(stage, rows):
        """What two people do about exceptions (P-16), each logged in by himself."""
        if not rows:
            return
        site, database = dict(stage.settings["site"]), dict(stage.settings["database"])
        stage.settings["site"]["operators"] = "database"
        for person in PEOPLE:
            stage.execute(LET_IN.format(person))

        def adjust(person, *words):
            login = [word for word in database["conninfo"].split() if not word.startswith("user=")]
            stage.settings["database"]["conninfo"] = " ".join([*login, f"user={person}"])
            stage.write_settings()
            return stage.run("adjust", *words, "--json").stdout
        for row in rows:
            what = [row["debit"], row["credit"], row["amount_fen"]] if row["outcome"] == "transfer" else []
            made = adjust(PEOPLE[0], "propose", find_exception(stage, row), row["outcome"], *what, "--reason",
                          "bureau_decision")
            number = json.loads(made)["proposal"]["proposal_id"]
            if row["answer"] == "approved":
                adjust(PEOPLE[1], "approve", number)
            elif row["answer"] == "refused":
                adjust(PEOPLE[1], "refuse", number, "--reason", "no")
        stage.settings["site"], stage.settings["database"] = site, database
        stage.write_settings()

    def count(self, stage):
        self.covered.add(stage)
        ((packages, records, fen),) = stage.rows(
            "SELECT count(*), coalesce(sum(records), 0), (SELECT coalesce(sum(amount_fen), 0) FROM api.transfer)"
            " FROM api.archive")
        self.packages, self.records, self.fen = int(packages), int(records), int(fen)

    def line(self):
        verdict = f"{len(self.differences)} DIFFERENCES" if self.differences else "agrees"
        return TABLE.format(self.seed, self.days, self.packages, f"{self.records:,}", f"{self.fen:,}",
                            f"{self.seconds:.1f}", verdict)


def find_exception(stage, row):
    """The number of the one open exception that a row of corrections means."""
    means = {name: row[name] for name in ("verdict", "archive", "file", "record_no", "device_no", "card_no") if row[name]}
    wanted = " AND ".join(f"{name} = '{value}'" for name, value in means.items())
    if row["detail"]:
        wanted += f" AND split_part(detail, ' ', 1) = '{row['detail']}'"
    return stage.value(f"SELECT exception_id FROM api.exception WHERE state = 'open' AND {wanted}")


class Ways(Play):
    """A healthy city's records on several ways to the data centre. city.py asks that the truths have the same purses and
    merchants' totals; here the program must agree with each.
    """

    def __init__(self, seed, variants=2):
        super().__init__(seed)
        self.variants, self.days, self.cards = variants, min(self.days, 4), min(self.cards, 50)

    def roots(self):
        return [self.folder / "city" / f"variant-{number}" for number in range(1, self.variants + 1)]

    def make_city(self, *_):
        super().make_city("--variants", self.variants)


def play_seeds(seeds, jobs, words):
    """Plays the seeds, so many at a time, with words for city.py; yields each as it ends."""
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        waiting = [pool.submit(Play(seed, words).run) for seed in seeds]
        for done in concurrent.futures.as_completed(waiting):
            yield done.result()


def choose_seeds(options):
    """The one that was asked for, or so many new ones."""
    if options.seed is not None:
        return [options.seed]
    return random.SystemRandom().sample(range(1, 10**6), options.seeds)


def main(words):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--jobs", type=int, default=2)
    options, words = parser.parse_known_args(words)
    os.environ.setdefault("DAYBOOK_TEST_SITE", "seeds")
    harness.servers()
    print(TABLE.format("seed", "days", "packages", "records", "fen moved", "s", ""), flush=True)
    failed, covered = [], coverage.Coverage()
    for play in play_seeds(choose_seeds(options), options.jobs, words):
        print(play.line(), flush=True)
        failed += [play] if play.differences else []
        covered.update(play.covered)
    print("\n".join(["", *covered.lines()]), flush=True)
    for play in failed:
        print(f"\nseed {play.seed}: {play.folder}/differences.txt begins; again: make test-city SEED={play.seed}")
        print("\n".join(f"  {line}" for line in play.differences[:SHOWN]))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
