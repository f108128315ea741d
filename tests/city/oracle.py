"""The oracle: RULES.md read rule by rule, over the bytes that lay on the server. It never calls our code.

Holds the whole state in memory and judges one night at a time. This file is the way of a night; the rules are in
judge.py (verdicts), posting.py, desk.py and settle.py (money), problems.py (exceptions of the end of a run).
"""
import collections
import dataclasses
import datetime
import hashlib

import audit
import desk
import formats
import judge
import problems
import prover
import reader
import settle
from books import Books
from cards import CardState
from devices import DeviceState
from problems import Problem
from reference import MONEY_KINDS, Reference

KIND_OF_VERDICT = {"accepted": "posted", "duplicate": "duplicate", "malformed": "rejected"}
COUNTS = ("records", "posted", "duplicate", "held", "rejected", "amount_fen", "posted_fen")


@dataclasses.dataclass
class Package:
    """A registered package, its state and, once posted, its counts."""

    name: str
    school: str
    sha256: str
    data: bytes
    state: str = "collected"
    reason: str = ""
    counts: collections.Counter = dataclasses.field(default_factory=collections.Counter)
    opened: object = None

    @property
    def time(self):
        return prover.name_time(self.name)


class Oracle:
    """The state of the data centre as RULES.md makes it."""

    def __init__(self, ca, first_date):
        self.ca, self.open_date = ca, first_date
        self.ref, self.books = Reference(), Books()
        self.ring = None
        self.packages, self.known_sha = [], set()
        self.devices, self.cards = {}, {}
        self.sightings = collections.defaultdict(list)
        self.desk = {}
        self.problems, self.held_sales = [], []
        self.terminal_days, self.acks, self.judged = {}, {}, []
        self.moved = set()

    def device(self, device):
        return self.devices.setdefault(device, DeviceState(device))

    def card_state(self, card_no):
        if card_no not in self.cards:
            self.cards[card_no] = CardState(self.ref.cards.get(card_no))
        return self.cards[card_no]

    def merchant_of(self, rec):
        return judge.merchant_of(self, rec)

    # Reference data

    def import_rows(self, kind, rows):
        """Takes reference rows; those that move money post it on the open date."""
        if kind in MONEY_KINDS:
            desk.import_money(self, kind, rows)
            return
        for row in rows:
            known = kind == "card" and row["card_no"] in self.ref.cards
            self.ref.add(kind, row, self.open_date)
            if kind == "card" and not known:
                if row["card_no"] in self.cards:
                    self.cards[row["card_no"]].open(row)
                desk.open_card(self, row)

    # FORMATS 2: collecting and proving

    def collect(self, files):
        """Registers what lies on the server; files are (folder, name, bytes)."""
        for folder, name, data in sorted(files):
            sha = hashlib.sha256(data).hexdigest()
            if not prover.takes_name(folder, name) or sha in self.known_sha:
                continue
            self.known_sha.add(sha)
            first = next((package for package in self.packages if package.name == name), None)
            if first and first.state == "posted":
                package = Package(name, folder, sha, data)
                self.packages.append(package)
                self.quarantine(package, "renamed_content")
            elif first:
                first.sha256, first.data, first.state, first.reason, first.opened = sha, data, "collected", "", None
            else:
                self.packages.append(Package(name, folder, sha, data))

    def quarantine(self, package, reason):
        package.state, package.reason = "quarantined", reason
        self.write_ack(package, [])

    def post(self):
        """One run over what waits: proves, sets aside, judges the rest as a whole."""
        ready = []
        for package in sorted(self.packages, key=lambda package: (package.time, package.name)):
            if package.state not in ("collected", "waiting"):
                continue
            package.opened = package.opened or prover.prove_package(package.name, package.data, self.ca)
            if package.opened.reason:
                self.quarantine(package, package.opened.reason)
                continue
            logs = [self.read_log(package, row) for row in package.opened.rows]
            if any(self.key_missing(log) for log in logs):
                package.state, package.reason = "waiting", "key_missing"
            else:
                ready.append((package, logs))
        if ready:
            self.judge_run(ready)

    def read_log(self, package, row):
        return formats.read_log(self, package, row, package.opened.files[row["file"]])

    def key_missing(self, log):
        """A record that is not malformed names a key version that is not loaded."""
        names = reader.p.ALGORITHM_OF_NIBBLE
        return any(rec.verdict != "malformed" and rec.key is not None and rec.key >> 4 in names
                   and not self.ring.has(names[rec.key >> 4], rec.key & 15) for rec in log.records)

    # RULES 1: one run

    def judge_run(self, ready):
        """Judges the logs of the ready packages, in their order, as one run on the open date."""
        by_card = collections.defaultdict(list)
        self.moved = set()
        for rec in (rec for _, logs in ready for log in logs for rec in log.records):
            self.judge_arrival(rec, by_card)
        waiting = {card for card, state in self.cards.items() if state.grays or state.reversals}
        for card in sorted(by_card.keys() | waiting):
            for rec in sorted(by_card[card], key=lambda rec: rec.posting_order):
                judge.judge_in_card(self, rec)
            judge.ask_again(self, card)
        for package, logs in ready:
            self.close_package(package, logs)
        touched = self.count_devices(ready)
        problems.judge_sequence_gaps(self, touched)
        problems.judge_device_totals(self, touched)
        for card in sorted(self.moved):
            problems.judge_card(self, card)

    def judge_arrival(self, rec, by_card):
        """R-01 to R-05; what survives goes on to its card."""
        self.judged.append(rec)
        verdict = rec.verdict or judge.judge_alone(self, rec)
        if verdict in ("duplicate", "accepted"):
            rec.verdict = rec.outcome = verdict
        elif verdict:
            judge.hold(self, rec, verdict)
        else:
            by_card[rec.card].append(rec)

    def close_package(self, package, logs):
        """R-22: counts of first verdicts, exceptions for refused files, and the ack."""
        package.state, package.reason, package.counts = "posted", "", collections.Counter()
        for log in logs:
            log.counts = self.count_log(log)
            package.counts.update(log.counts)
            if log.refused:
                self.problems.append(Problem("file_refused", package.school, self.open_date,
                                             fields={"archive": package.name, "file": log.row["file"]}))
        self.write_ack(package, logs)

    @staticmethod
    def count_log(log):
        counts = collections.Counter(records=len(log.statuses), posted=len(log.statuses))
        if log.refused:
            number, amount = int(log.row["records"]), int(log.row["amount_fen"] or 0)
            counts.update(records=number, rejected=number, amount_fen=amount, rejected_fen=amount)
        for rec in log.records:
            word = KIND_OF_VERDICT.get(rec.verdict, "held")
            counts.update({"records": 1, word: 1, "amount_fen": rec.amount, f"{word}_fen": rec.amount})
        for suffix, total in (("", "records"), ("_fen", "amount_fen")):
            parts = sum(counts[word + suffix] for word in ("posted", "duplicate", "held", "rejected"))
            assert parts == counts[total], "R-22: collected = posted + duplicate + held + rejected"
        return counts

    def count_devices(self, ready):
        """Lines of api.terminal_day for this run's date; returns the devices that brought records or status rows."""
        touched = set()
        for package, log in ((package, log) for package, logs in ready for log in logs):
            for rec in log.records:
                if rec.device:
                    counts = self.terminal_days.setdefault((self.open_date, rec.device), collections.Counter())
                    counts.update({"collected": 1, KIND_OF_VERDICT.get(rec.verdict, "held"): 1,
                                   "amount_fen": rec.amount})
            for said in log.statuses:
                self.device(said.device).statuses.append(said)
            for rec in log.records:
                self.device(rec.device).records_school = package.school
            for entry in log.records + log.statuses:
                self.device(entry.device).school = package.school
                touched.add(entry.device)
        return touched - {""}

    # FORMATS 2: the answer

    def write_ack(self, package, logs):
        """The exact bytes of the ack of a posted or quarantined package."""
        header = "file,records,posted,duplicate,held,rejected,amount_fen,posted_fen,reason"
        lines = [header]
        for log in logs:
            reason = "file_refused" if log.refused else ""
            lines.append(",".join([log.row["file"], *(str(log.counts[key]) for key in COUNTS), reason]))
        lines.append(",".join(["TOTAL", *(str(package.counts[key]) for key in COUNTS), package.reason]))
        name = f"{package.name}.{package.sha256[:8]}.ack.csv"
        self.acks[package.school, name] = "".join(f"{line}\r\n" for line in lines)

    def night(self, files, ring):
        """Collect, post, settle and seal of the open date; the open date moves on."""
        self.ring = ring
        self.collect(files)
        self.post()
        settle.settle(self)
        audit.check(self)
        self.open_date += datetime.timedelta(days=1)
