#!/usr/bin/env python3
"""Plays a city for some days and writes what its data centre receives, and what must come out of it.

Usage: city.py --seed N --schools 20 --cards 5000 --days 3 [--busy 3] --start 2026-03-02 [--faults [--people] | --variants 2] --out DIR
See README.md for the files under DIR.
"""
import argparse
import datetime
import functools
import hashlib
import json
import os
import pathlib
import random
import shutil
import sys
import tempfile

import corrections
import faults
import oracle as judge
import package
import primitives
import reference
import reshuffle
import traffic
import truth
from money import Money
from status import status_file, status_row
from trouble import Trouble
from world import World

# meal, share of holders, from minute, to minute, least and most fen
MEALS = (("breakfast", 0.65, 400, 470, 300, 900), ("lunch", 0.9, 680, 755, 800, 1800),
         ("shop", 0.4, 760, 810, 100, 1500), ("supper", 0.4, 1020, 1110, 700, 1600),
         ("night", 0.06, 1210, 1260, 100, 900))
QUIET_SHARE = 0.04


class City:
    """The living city: what it sold, and what its collectors put on the server."""

    def __init__(self, options, work):
        self.options = options
        self.out = pathlib.Path(options.out)
        self.rng = random.Random(f"city {options.seed}")
        self.days = [options.start + datetime.timedelta(days=index) for index in range(options.days)]
        self.world = World(options.seed, options.schools, options.cards, options.start)
        self.pki = package.Pki(self.out / "pki", work)
        self.deliveries = []
        self.sequences = {}
        self.extension_turn = 0
        self.decided_by_people = set()  # cards whose held records people may post or void

    def play(self):
        """Moves the city through its days."""
        trouble = Trouble(self)
        money = Money(self, trouble)
        for day in self.days:
            trouble.morning(day)
            for at, _, action in sorted([*self.plan(day, money), *money.plan(day)], key=lambda event: event[:2]):
                action(at)
            traffic.move(self, day)
            trouble.stir(day)
            for school in self.world.schools:
                self.collect(school, day, trouble)
        for delivery in self.deliveries:
            trouble.mark_newcomers(delivery)
        if self.options.faults:
            faults.play_all(self)

    def is_quiet(self, day):
        """Whether most of the city stays at home."""
        return self.days.index(day) >= (self.options.busy or len(self.days))

    def comes(self, collector, day):
        """Whether a collector makes its round; on quiet days only the first one does."""
        return collector == "01" or not self.is_quiet(day) or day == self.days[-1]

    def plan(self, day, money):
        """The day's sales as (time, card number, what happens then)."""
        for school in self.world.schools:
            for card in school.cards:
                if not self.is_quiet(day) or self.rng.random() < QUIET_SHARE:
                    yield from self.plan_card(school, card, day, money)
                    yield from traffic.plan_rides(self, school, card, day, money)

    def plan_card(self, school, card, day, money):
        staff = card.row["card_class"] == "60"
        for _, share, start, end, least, most in MEALS:
            if self.rng.random() >= share:
                continue
            second = self.rng.randrange(start * 60, end * 60)
            at = datetime.datetime.combine(day, datetime.time()) + datetime.timedelta(seconds=second)
            shop = start in (760, 1210)
            spots = (4, 6) if shop else (0, 5) if staff else (0, 1, 2, 3)
            terminal = school.terminals[self.rng.choice(spots)]
            kind = 9 if shop and self.rng.random() < 0.4 else 6
            yield at, card.card_no, functools.partial(money.sell, card, terminal, self.rng.randrange(least, most), kind)

    def collect(self, school, day, trouble):
        """The school's collectors dump their terminals and put packages on the server."""
        for collector in ("01", "02"):
            if not self.comes(collector, day):
                continue
            files, said = [], []
            at = self.evening(day, collector)
            for terminal in school.terminals:
                if terminal.collector == collector:
                    files += self.dump(terminal, at)
                    said.append(status_row(terminal, at))
            trouble.bring(school, collector, day, at, files + [status_file(said, at)])

    @staticmethod
    def evening(day, collector):
        """When a collector closes its package; all schools of a collector number at the same moment."""
        return datetime.datetime.combine(day, datetime.time(21, 30 + int(collector)))

    def dump(self, terminal, at):
        """The terminal's log files, one for each epoch."""
        return self.write_logs(terminal, terminal.dump(), at)

    @staticmethod
    def write_logs(terminal, entries, at):
        epochs = sorted({entry.epoch for entry in entries}) or [terminal.epoch]
        return [terminal.write_log([entry for entry in entries if entry.epoch == epoch], at) for epoch in epochs]

    def next_name(self, school, collector, at, extension=None):
        """A fresh package name; archive types take turns."""
        sequence = self.sequences.get((school, collector), 0) + 1
        self.sequences[school, collector] = sequence
        self.extension_turn += extension is None
        count = len(package.EXTENSIONS)
        extension = extension or package.EXTENSIONS[(self.extension_turn + self.extension_turn // count) % count]
        return package.package_name(school, collector, at, sequence, extension)

    def deliver(self, night, school, collector, at, files, expect="posted"):
        """Builds a signed package of the files and puts it on the server."""
        name = self.next_name(school.code, collector, at)
        entries = package.entries_of(files, self.pki, school.code)
        data = package.pack(entries, name.split(".", 1)[1])
        delivery = package.Delivery(night, school.code, name, data, files, expect)
        self.deliveries.append(delivery)
        return delivery

    def write(self):
        """Writes reference data, keys and the files of the server, each with a time of its own in its night."""
        self.world.write_reference(self.out)
        self.pki.write_master_keys("master-keys.p7m", self.world.masters)
        if self.world.later_masters:
            self.pki.write_master_keys("master-keys-night2.p7m", {**self.world.masters, **self.world.later_masters})
        for number, delivery in enumerate(self.deliveries):
            path = self.out / "nights" / delivery.night.isoformat() / delivery.folder / delivery.name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(delivery.data)
            arrival = datetime.datetime.combine(delivery.night, datetime.time(23), datetime.timezone.utc)
            os.utime(path, (arrival.timestamp() + number,) * 2)


def read_tree(folder):
    """(folder, name, bytes) of the files that appear on the server before a night."""
    return [(path.parent.name, path.name, path.read_bytes()) for path in sorted(folder.glob("*/*"))]


def read_reference(mind, folder):
    for kind in reference.KINDS:
        path = folder / f"{kind}.csv"
        if path.exists():
            mind.import_rows(kind, reference.read_rows(path))


def know_truth(city, out):
    """Lets the oracle live through the nights under out and writes truth/ there; returns the oracle."""
    mind = judge.Oracle(city.out / "pki" / "ca.crt", city.days[0])
    read_reference(mind, out / "reference")
    statements, summary, before = truth.Statements(), {}, truth.night_counts(mind)
    people = corrections.Corrections(mind, random.Random(f"corrections {city.options.seed}"), city.decided_by_people)
    for index, day in enumerate(city.days):
        read_reference(mind, out / "late_import" / day.isoformat())
        if index and city.options.people:
            corrections.write(out / "corrections" / f"{day}.csv", list(people.decide()))
        masters = {**city.world.masters, **(city.world.later_masters if index else {})}
        mind.night(read_tree(out / "nights" / day.isoformat()), primitives.KeyRing(masters))
        truth.write_truth(out / "truth" / day.isoformat(), mind, statements, day)
        after = truth.night_counts(mind)
        summary[day.isoformat()] = {key: after[key] - before[key] for key in after}
        before = after
    (out / "truth" / "summary.json").write_text(json.dumps(summary, indent=1) + "\n")
    return mind


def disagreements(city, mind):
    """Where the oracle, reading bytes, sees something else than the players meant to write."""
    seen = {(rec.package.sha256, rec.file, rec.number): rec for rec in mind.judged}
    states = {(row.name, row.sha256): row for row in mind.packages}
    for delivery in city.deliveries:
        row = states.get((delivery.name, hashlib.sha256(delivery.data).hexdigest()))
        found = (row.reason or row.state) if row else "no effect"
        if found != delivery.expect:
            yield f"{delivery.name}: meant {delivery.expect}, found {found}"
        if delivery.expect != "posted" or row is None:
            continue
        for log in delivery.files:
            yield from log_disagreements(row, log, seen)


def log_disagreements(row, log, seen):
    for number, entry in enumerate(log.entries, 1):
        rec = seen.get((row.sha256, log.name, number))
        if (rec is None) != log.refused:
            yield f"{row.name} {log.name}: meant refused {log.refused}, found otherwise"
            return
        if rec and not as_meant(rec, entry):
            yield (f"{row.name} {log.name} record {number}: meant {entry.expect} {entry.outcome or ''} "
                   f"{sorted(entry.flags or ())}, found {rec.verdict} {rec.outcome} {sorted(rec.flags)}")


def as_meant(rec, entry):
    """Whether the first verdict, the flags and what became of the record are what the player said, where he said it."""
    return ((entry.expect is None or entry.expect == rec.verdict)
            and (entry.expect is None or entry.flags is None or entry.flags == rec.flags)
            and (entry.outcome is None or entry.outcome == rec.outcome))


def parse_options(words):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--schools", type=int, default=20)
    parser.add_argument("--cards", type=int, default=5000)
    parser.add_argument("--days", type=int, default=3)
    parser.add_argument("--busy", type=int, help="from this day on few people are about (default: never)")
    parser.add_argument("--start", type=datetime.date.fromisoformat, default=datetime.date(2026, 3, 2))
    parser.add_argument("--faults", action="store_true")
    parser.add_argument("--people", action="store_true", help="two people decide about exceptions between the nights")
    parser.add_argument("--variants", type=int, default=0, help="how many reshuffled cities to write beside it")
    parser.add_argument("--storms", type=int, default=1, help="with --faults: how many storms of money")
    parser.add_argument("--only", action="append", default=[], help="with --faults: only scenarios whose name holds this")
    parser.add_argument("--out", required=True)
    return parser.parse_args(words)


def write_variants(city):
    """Writes the variants of the city and their truths; yields where their totals differ from each other's."""
    expected = None
    for number in range(1, city.options.variants + 1):
        out = city.out / f"variant-{number}"
        reshuffle.reshuffle(city, f"{city.options.seed}-{number}", out)
        totals = reshuffle.totals_of(know_truth(city, out))
        expected = expected or totals
        for name in sorted(expected.keys() | totals.keys()):
            if totals.get(name) != expected.get(name):
                yield f"variant {number}: {name} is {totals.get(name)}, in variant 1 {expected.get(name)}"


def main(words):
    options = parse_options(words)
    out = pathlib.Path(options.out)
    for name in ("reference", "late_import", "corrections", "pki", "nights", "truth", *(path.name for path in out.glob("variant-*"))):
        shutil.rmtree(out / name, ignore_errors=True)
    os.umask(0o022)
    with tempfile.TemporaryDirectory() as work:
        city = City(options, work)
        city.play()
        city.write()
        problems = list(disagreements(city, know_truth(city, out))) + list(write_variants(city))
    for line in problems[:20]:
        print(line, file=sys.stderr)
    if problems:
        print(f"city: {len(problems)} disagreements between players and oracle", file=sys.stderr)
        return 1
    print(f"city: {len(city.deliveries)} packages in {out}/nights, truth in {out}/truth")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
