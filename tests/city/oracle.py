"""The oracle: RULES.md read rule by rule, over the bytes that lay on the server. It never calls our code.

Holds the whole state in memory and judges one night at a time. What this edition of the city does not play
(grays, reversals, loads, draws, list versions) the oracle does not know and refuses loudly.
"""
import collections
import dataclasses
import datetime
import hashlib

import formats
import prover
import reader
from reference import Reference

SINGLE_LIMIT_FEN = 20000
DAY_LIMIT_FEN = 50000
FEN_DAYS = 30
HELD = ("conflict", "tac_bad", "bad_arithmetic", "counter_conflict")
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


@dataclasses.dataclass
class Problem:
    """An exception as api.exception shows it; record is the record it hangs on, or None."""

    verdict: str
    school_code: str
    accounting_date: datetime.date
    state: str = "open"
    record: object = None
    fields: dict = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(slots=True)
class Transfer:
    """Money moved; merchant, device and sequence are empty where the event has none."""

    accounting_date: datetime.date
    occurred_at: datetime.datetime
    debit: str
    credit: str
    amount: int
    kind: str
    card: str = ""
    merchant: str = ""
    device: str = ""
    seq: str = ""


class CardState:
    """What the ledger remembers of one card: accepted counters, the chain, the day's spending."""

    def __init__(self, row):
        self.counters = {}
        self.chain = []
        self.spent = collections.Counter()
        self.breaks = {}
        self.gaps = {}
        self.overdrawn = None
        self.open(row)

    def open(self, row):
        """Takes the opening state of the card's row; None for a card not on file."""
        self.opening = (int(row["counter"] or 0), int(row["balance_fen"] or 0)) if row else None

    def missing(self):
        """R-21: counters not accepted between the opening counter (or the lowest) and the highest."""
        if not self.counters:
            return []
        low = self.opening[0] + 1 if self.opening else min(self.counters)
        return ranges_missing(self.counters, low, max(self.counters))

    def broken_links(self):
        """R-10 balance_break: records whose link to the record before them does not hold."""
        self.chain.sort(key=lambda rec: (rec.at, rec.counter))
        last, after = self.opening or (None, None)
        broken = []
        for rec in self.chain:
            if last is not None and rec.counter == last + 1 and rec.before != after:
                broken.append(rec)
            last, after = rec.counter, rec.after
        return broken


def ranges_missing(present, first, last):
    """Maximal ranges of first…last that are not in present."""
    found = []
    start = first
    for number in sorted(number for number in present if first <= number <= last):
        if number > start:
            found.append((start, number - 1))
        start = number + 1
    return found + [(start, last)] if start <= last else found


class Oracle:
    """The state of the data centre as RULES.md makes it."""

    def __init__(self, ca, first_date):
        self.ca, self.open_date = ca, first_date
        self.ref = Reference()
        self.ring = None
        self.packages, self.known_sha = [], set()
        self.seen, self.conflicts = collections.defaultdict(dict), set()
        self.cards, self.gaps = {}, {}
        self.transfers, self.problems, self.held_sales = [], [], []
        self.device_sales = collections.defaultdict(collections.Counter)
        self.terminal_days, self.acks, self.judged = {}, {}, []
        self.device_school = {}

    # Reference data

    def import_rows(self, kind, rows):
        """Takes reference rows; a new card with a balance posts its opening transfer on the open date."""
        for row in rows:
            known = kind == "card" and row["card_no"] in self.ref.cards
            self.ref.add(kind, row)
            if kind != "card" or known:
                continue
            if row["card_no"] in self.cards:
                self.cards[row["card_no"]].open(row)
            if int(row["balance_fen"] or 0) > 0:
                midnight = datetime.datetime.combine(self.open_date, datetime.time())
                self.transfers.append(Transfer(self.open_date, midnight, "3001:", f"2001:{row['card_no']}",
                                               int(row["balance_fen"]), "opening", row["card_no"]))

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
        records = [rec for _, logs in ready for log in logs for rec in log.records]
        for rec in records:
            rec.verdict = rec.verdict or self.judge_alone(rec)
            if not rec.verdict:
                by_card[rec.card].append(rec)
        for card in sorted(by_card):
            by_card[card].sort(key=lambda rec: (rec.counter, rec.at, rec.device, rec.epoch, rec.seq))
            for rec in by_card[card]:
                self.judge_in_card(rec)
        for package, logs in ready:
            self.close_package(package, logs)
        self.count_devices(records)
        self.judge_sequence_gaps(sorted({(rec.device, rec.epoch) for rec in records if rec.verdict != "malformed"}))
        self.judge_cards(by_card)
        self.judged += records

    def judge_alone(self, rec):
        """R-02 to R-05: the first that refuses, or empty."""
        if not rec.is_identity and (rec.kind not in reader.OFFLINE or rec.mark):
            raise NotImplementedError(f"the city plays purchases only, not kind {rec.kind:02X}")
        verdict = self.judge_seen(rec)
        if verdict:
            return verdict
        self.seen[rec.device, rec.epoch][rec.seq] = rec.raw
        if rec.is_identity:
            return "accepted"
        if not self.tac_good(rec):
            return "tac_bad"
        return "" if rec.before >= rec.amount and rec.before - rec.amount == rec.after else "bad_arithmetic"

    def judge_seen(self, rec):
        """R-02 duplicate and R-03 conflict."""
        if rec.epoch == 0 and rec.seq < self.ref.first_seq(rec.device):
            return "duplicate"
        before = self.seen[rec.device, rec.epoch].get(rec.seq)
        if before is None:
            return ""
        if before == rec.raw or (rec.slot, rec.raw) in self.conflicts:
            return "duplicate"
        self.conflicts.add((rec.slot, rec.raw))
        return "conflict"

    def tac_good(self, rec):
        """R-04: the chip on file decides whether a TAC is due; the record names the key."""
        card = self.ref.cards.get(rec.card)
        if card and card["chip"] == "m1":
            return True
        if rec.key is None:
            return formats.some_key_fits(rec, card, self.ring)
        if rec.key >> 4 == 15:
            return False
        block = reader.p.purchase_block(rec.amount, rec.kind, rec.psam, rec.psam_seq, rec.date, rec.time)
        return self.ring.purchase_tac(rec.key, rec.card, block) == rec.tac

    def card_state(self, card_no):
        if card_no not in self.cards:
            self.cards[card_no] = CardState(self.ref.cards.get(card_no))
        return self.cards[card_no]

    def judge_in_card(self, rec):
        """R-06, else R-10 with flags, dates and postings."""
        state = self.card_state(rec.card)
        if rec.counter in state.counters or (state.opening and rec.counter <= state.opening[0]):
            rec.verdict = "counter_conflict"
            return
        rec.verdict = "accepted"
        state.counters[rec.counter] = rec
        state.chain.append(rec)
        state.spent[rec.day] += rec.amount
        rec.flags = self.flags(rec, state)
        rec.accounting_date = self.open_date if "bad_time" in rec.flags else max(self.open_date, rec.day)
        self.post_purchase(rec)

    def terminal_day(self, rec):
        """The day as of which terminal and merchant rows are read."""
        return self.open_date if self.bad_time(rec) else rec.day

    @staticmethod
    def bad_time(rec):
        named = rec.package.time
        return rec.at > named + datetime.timedelta(minutes=10) or rec.at < named - datetime.timedelta(days=180)

    def merchant_of(self, rec):
        """The merchant of the record's terminal, or empty where device or merchant are not known (P-03)."""
        row = self.ref.terminal_on(rec.device, self.terminal_day(rec))
        if row is None or row["school_code"] != rec.package.school:
            return ""
        return row["merchant_no"] if row["merchant_no"] in self.ref.merchants else ""

    def flags(self, rec, state):
        """The flags of R-10 that one record shows by itself, or with its card's day."""
        card = self.ref.cards.get(rec.card)
        row = self.ref.terminal_on(rec.device, self.terminal_day(rec))
        found = {
            "unknown_terminal": not self.merchant_of(rec),
            "unknown_card": card is None,
            "card_not_valid": card is not None and self.ref.card_not_valid(card, rec.at),
            "blacklisted": card is not None and self.ref.is_lost(card, rec.at),
            "bad_time": self.bad_time(rec),
            "over_limit": rec.amount > SINGLE_LIMIT_FEN or state.spent[rec.day] > DAY_LIMIT_FEN,
            "class_refused": (card is not None and row is not None
                              and not self.ref.class_allowed(row["classes"], card["card_class"])),
        }
        return {name for name, holds in found.items() if holds}

    # RULES 2: postings

    def post_purchase(self, rec):
        """P-01 to P-04 and P-06."""
        merchant = self.merchant_of(rec)
        home = self.ref.school_of_card(rec.card)
        debit = f"2001:{rec.card}" if home else "1298:unknown_card"
        if "blacklisted" in rec.flags:
            debit = f"6201:{home}"
        credit = f"2004:{merchant}" if merchant else "2298:unknown_terminal"
        shop = self.ref.merchants[merchant]["school_code"] if merchant else home
        if home and merchant and shop != home:
            self.add_leg(rec, debit, f"1221:{home}:{shop}", merchant)
            debit = f"1221:{shop}:{home}"
        self.add_leg(rec, debit, credit, merchant)
        self.device_sales[rec.device][rec.day, "count"] += 1
        self.device_sales[rec.device][rec.day, "fen"] += rec.amount

    def add_leg(self, rec, debit, credit, merchant):
        self.transfers.append(Transfer(rec.accounting_date, rec.at, debit, credit, rec.amount, "purchase", rec.card,
                                       merchant, rec.device, str(rec.seq)))

    # at the end of a run

    def close_package(self, package, logs):
        """R-22 and R-25: counts of first verdicts, exceptions, held sales, and the ack."""
        package.state, package.reason, package.counts = "posted", "", collections.Counter()
        for log in logs:
            log.counts = self.count_log(log)
            package.counts.update(log.counts)
            for rec in log.records:
                self.note_record(rec)
            if log.refused:
                self.problems.append(Problem("file_refused", package.school, self.open_date,
                                             fields={"archive": package.name, "file": log.row["file"]}))
        self.write_ack(package, logs)

    @staticmethod
    def count_log(log):
        counts = collections.Counter()
        if log.refused:
            number, amount = int(log.row["records"]), int(log.row["amount_fen"])
            counts.update(records=number, rejected=number, amount_fen=amount, rejected_fen=amount)
        for rec in log.records:
            word = KIND_OF_VERDICT.get(rec.verdict, "held")
            counts.update({"records": 1, word: 1, "amount_fen": rec.amount, f"{word}_fen": rec.amount})
        for suffix, total in (("", "records"), ("_fen", "amount_fen")):
            parts = sum(counts[word + suffix] for word in ("posted", "duplicate", "held", "rejected"))
            assert parts == counts[total], "R-22: collected = posted + duplicate + held + rejected"
        return counts

    def note_record(self, rec):
        """R-25: one exception for a held or rejected record, one for each flag."""
        school = rec.package.school
        if rec.verdict in HELD or rec.verdict == "malformed":
            self.problems.append(Problem(rec.verdict, school, self.open_date, record=rec))
        for flag in sorted(rec.flags):
            self.problems.append(Problem(flag, school, rec.accounting_date, record=rec))
        if rec.verdict in HELD and not rec.is_identity and self.merchant_of(rec):
            self.held_sales.append((self.open_date, self.merchant_of(rec), rec))

    def count_devices(self, records):
        """Lines of api.terminal_day for this run's date."""
        for rec in records:
            counts = self.terminal_days.setdefault((self.open_date, rec.device), collections.Counter())
            counts.update({"collected": 1, KIND_OF_VERDICT.get(rec.verdict, "held"): 1, "amount_fen": rec.amount})
            self.device_school[rec.device] = rec.package.school

    def missing_sequences(self, device, epoch):
        present = self.seen[device, epoch]
        low = self.ref.first_seq(device) if epoch == 0 else 1
        return ranges_missing(present, low, max(present, default=0))

    def judge_sequence_gaps(self, touched):
        """R-20 for the devices of the run, and the missing figure of their day."""
        for device, epoch in touched:
            ranges = {(epoch, *span) for span in self.missing_sequences(device, epoch)}
            known = {slot: gap for slot, gap in self.gaps.get(device, {}).items() if slot[0] == epoch}
            for slot in known.keys() - ranges:
                self.gaps[device].pop(slot).state = "closed"
            for slot in sorted(ranges - known.keys()):
                self.gaps.setdefault(device, {})[slot] = self.open_sequence_gap(device, *slot)
        for (date, device), counts in self.terminal_days.items():
            if date == self.open_date:
                counts["missing"] = sum(last - first + 1 for slot in list(self.seen) if slot[0] == device
                                        for first, last in self.missing_sequences(*slot))

    def open_sequence_gap(self, device, epoch, first, last):
        sales = self.device_sales[device]
        days = [self.open_date - datetime.timedelta(days=back) for back in range(FEN_DAYS)]
        count = sum(sales[day, "count"] for day in days)
        total = sum(sales[day, "fen"] for day in days)
        worth = total * (last - first + 1) // count if count else 0
        problem = Problem("sequence_gap", self.device_school[device], self.open_date,
                          fields={"device_no": device, "device_seq": str(first), "amount_fen": str(worth),
                                  "detail": f"{epoch}:{first}-{last}"})
        self.problems.append(problem)
        return problem

    def judge_cards(self, touched):
        """R-21, balance_break and negative_balance for the cards of the run."""
        purses = self.purses()
        for card in sorted(touched):
            state = self.card_state(card)
            self.judge_counter_gaps(card, state)
            self.judge_links(state)
            below = purses[f"2001:{card}"] < 0
            if below and not state.overdrawn:
                state.overdrawn = Problem("negative_balance", "", self.open_date, fields={"card_no": card})
                self.problems.append(state.overdrawn)
            elif not below and state.overdrawn:
                state.overdrawn.state, state.overdrawn = "closed", None

    def judge_counter_gaps(self, card, state):
        ranges = set(state.missing())
        for span in state.gaps.keys() - ranges:
            state.gaps.pop(span).state = "closed"
        for first, last in sorted(ranges - state.gaps.keys()):
            problem = Problem("counter_gap", "", self.open_date,
                              fields={"card_no": card, "counter": str(first), "detail": f"offline:{first}-{last}"})
            state.gaps[first, last] = problem
            self.problems.append(problem)

    def judge_links(self, state):
        broken = {rec.slot: rec for rec in state.broken_links()}
        for slot in state.breaks.keys() - broken.keys():
            state.breaks.pop(slot).state = "closed"
        for slot in sorted(broken.keys() - state.breaks.keys()):
            rec = broken[slot]
            problem = Problem("balance_break", rec.package.school, rec.accounting_date, record=rec)
            state.breaks[slot] = problem
            self.problems.append(problem)

    def purses(self):
        """Credit minus debit of every account: for a 2001, what is in the purse."""
        balances = collections.Counter()
        for transfer in self.transfers:
            balances[transfer.debit] -= transfer.amount
            balances[transfer.credit] += transfer.amount
        return balances

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

    # RULES 3 and 5: the end of a night

    def settle(self):
        """P-12: the fee of every merchant on its turnover of the open date."""
        turnover = collections.Counter()
        for transfer in self.transfers:
            if transfer.kind == "purchase" and transfer.accounting_date == self.open_date:
                if transfer.credit.startswith("2004:"):
                    turnover[transfer.credit[5:]] += transfer.amount
        midnight = datetime.datetime.combine(self.open_date, datetime.time())
        for merchant, amount in sorted(turnover.items()):
            row = self.ref.merchants[merchant]
            fee = fee_of(row, amount)
            if fee > 0:
                self.transfers.append(Transfer(self.open_date, midnight, f"2004:{merchant}",
                                               f"6002:{row['school_code']}", fee, "merchant_fee", "", merchant))

    def night(self, files, ring):
        """Collect, post, settle and seal of the open date; the open date moves on."""
        self.ring = ring
        self.collect(files)
        self.post()
        self.settle()
        self.open_date += datetime.timedelta(days=1)


def fee_of(merchant, turnover):
    """RULES 5: round half up, at least the minimum, at most the maximum, never when turnover ≤ 0."""
    if turnover <= 0:
        return 0
    fee = (turnover * int(merchant["fee_bps"]) * 2 + 10000) // 20000
    fee = max(fee, int(merchant["fee_min_fen"]))
    most = int(merchant["fee_max_fen"])
    return min(fee, most) if most else fee
