"""A data centre without archives: an oracle that is handed log files, for tests of the rules alone."""
import datetime

import audit
import oracle
import primitives as p
import settle
from record import Log
from reader import read_log
from status import FORMAT, read_status
from terminal import Card, Terminal, log_file

SCHOOL, OTHER = "2137000001", "3137000002"
MASTERS = {("3des", 1): bytes(range(1, 17)), ("sm4", 1): bytes(range(31, 47))}
FIRST = datetime.date(2026, 3, 2)


class Bare:
    """An oracle with two schools, a merchant each, and whatever cards and devices a test asks for."""

    def __init__(self):
        self.mind = oracle.Oracle(None, FIRST)
        self.mind.ring = p.KeyRing(dict(MASTERS))
        self.serial = 0
        for school in (SCHOOL, OTHER):
            self.bring("school", school_code=school)
            self.bring("merchant", merchant_no=school + "10001", school_code=school, fee_bps="0", fee_min_fen="0",
                       fee_max_fen="0", cycle="day")

    def bring(self, kind, /, **row):
        self.mind.import_rows(kind, [row])

    def card(self, school=SCHOOL, listed=True, **changes):
        """A living card with counter 10 and 500 yuan, on file unless listed is false."""
        self.serial += 1
        digits = f"37010201{self.serial:09d}"
        row = {"card_no": digits + p.luhn_digit(digits), "person_no": f"S{self.serial}", "card_class": "1",
               "chip": "m1", "key_version": "1", "status": "normal", "expires_on": "2031-01-01", "counter": "10",
               "online_counter": "3", "balance_fen": "50000", "replaces": "", **changes}
        if listed:
            self.bring("person", person_no=row["person_no"], school_code=school, status="active")
            self.bring("card", **row)
        return Card(row, school)

    def terminal(self, school=SCHOOL, kind="pos", **changes):
        self.serial += 1
        row = {"device_no": f"{self.serial:08d}", "psam_no": f"{self.serial:012d}", "kind": kind, "school_code": school,
               "merchant_no": school + "10001" if kind == "pos" else "", "valid_from": "2025-01-01", "valid_to": "",
               "classes": "", "first_seq": "", **changes}
        self.bring("terminal", **row)
        made = Terminal(row["device_no"], row["psam_no"], school, row["merchant_no"], self.mind.ring)
        made.next_seq = int(row["first_seq"] or 1)
        return made

    def loss(self, card, kind, at):
        self.bring("loss", card_no=card.card_no, kind=kind, effective_at=str(at))

    def topup(self, card, amount):
        self.serial += 1
        self.bring("cash", slip_no=str(self.serial), cashier="1", kind="topup", card_no=card.card_no, bank_account="",
                   amount_fen=str(amount), at=str(at(self.mind.open_date, "08:00")))

    def subsidy(self, card, amount, valid_to):
        self.serial += 1
        self.bring("subsidy", batch_no=str(self.serial), card_class="", card_no=card.card_no, amount_fen=str(amount),
                   valid_to=str(valid_to))

    def night(self, *packages):
        """One night over packages, each a list of (terminal, entries) or of log files; returns the judged logs."""
        ready = []
        for number, files in enumerate(packages):
            self.serial += 1
            school = next((source.school for source, _ in filter(is_pair, files)), SCHOOL)
            name = f"{school}-01-{self.mind.open_date:%Y%m%d}2330{number % 60:02d}-{self.serial:06d}.zip"
            package = oracle.Package(name, school, name, b"")
            ready.append((package, [log for source in files for log in self.read(package, source)]))
        self.mind.judge_run(ready)
        settle.settle(self.mind)
        audit.check(self.mind)
        self.mind.open_date += datetime.timedelta(days=1)
        return [log for _, logs in ready for log in logs]

    def read(self, package, source):
        """The logs of a source: written and read back."""
        files = [source]
        if is_pair(source):
            terminal, entries = source
            files = [log_file(terminal, [entry for entry in entries if entry.epoch == epoch], package.time)
                     for epoch in sorted({entry.epoch for entry in entries})]
        for file in files:
            row = dict(file.row, file=file.name)
            log = read_status(package, row, file.data) if row["format"] == FORMAT else read_log(
                package, row, file.data, None)
            assert isinstance(log, Log) and not log.refused, file.name
            yield log

    def outcomes(self, entries):
        """What became of the records of entries."""
        found = {rec.raw: rec for rec in self.mind.judged if rec.verdict != "duplicate"}
        return [found[entry.raw].outcome for entry in entries]

    def problems(self, verdict, state="open"):
        return [problem for problem in self.mind.problems if (problem.verdict, problem.state) == (verdict, state)]

    def balance(self, account):
        return self.mind.books.balances[account]

    def purse(self, card):
        return self.balance(f"2001:{card.card_no}")


def is_pair(source):
    return isinstance(source, tuple)


def at(day, clock):
    """A moment of a date, or of the day so many days after the first."""
    date = day if isinstance(day, datetime.date) else FIRST + datetime.timedelta(days=day)
    return datetime.datetime.combine(date, datetime.time.fromisoformat(clock))
