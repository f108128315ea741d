"""Machines that keep other logs than pos-bin/1: buses, transport-style pos, attendance readers, gates, dormitories.

A machine has the face of terminal.Terminal where the city, its trouble and the laboratory look at it.
"""
import dataclasses
import random

import primitives as p
import write_logs
from terminal import ACCEPTED, LogFile

CHIP_OF_NIBBLE = {0: "cpu3des", 1: "cpusm4", 15: "m1"}


@dataclasses.dataclass(slots=True)
class Line:
    """One record of a text log: what is true of it, what is written otherwise, and what must come of it."""

    fields: dict
    expect: str = ACCEPTED
    flags: frozenset = frozenset()
    epoch: int = 0
    cells: dict = dataclasses.field(default_factory=dict)
    text: str = None

    def copy(self, **changes):
        return dataclasses.replace(self, **changes)

    def changed(self, ring=None, **fields):
        """The same record with other fields and, with a ring, the TAC that they give."""
        merged = dict(self.fields, **fields)
        if ring:
            merged["tac"] = money_tac(ring, merged)
        return self.copy(fields=merged)

    def written(self, **cells):
        """The same record with columns written otherwise: malformed."""
        return self.copy(cells={**self.cells, **cells}, expect="malformed", flags=frozenset())


def money_tac(ring, fields):
    """The TAC that the chip computes for the record; zero where it has no key or moves no money."""
    if fields["key"] >> 4 == 15 or fields.get("lock"):
        return bytes(4)
    psam, at = p.bcd(fields["psam"]), fields["at"]
    date, time = p.bcd(at.strftime("%Y%m%d")), p.bcd(at.strftime("%H%M%S"))
    if fields["kind"] in (0x02, 0xDB):
        block = p.load_block(fields["before"] + fields["amount"], fields["counter"], fields["amount"], 2, psam, date, time)
    else:
        block = p.purchase_block(fields["amount"], fields["kind"], psam, fields["psam_seq"], date, time)
    return ring.purchase_tac(fields["key"], fields["card"], block)


class Machine:
    """A machine of one log format: its counters and the records in its memory that were not dumped yet."""

    epoch = 0
    industry = "01"

    def __init__(self, row, ring, school=None):
        self.device, self.psam, self.log_format = row["device_no"], row["psam_no"], row["log_format"]
        self.school, self.merchant = school or row["school_code"], row["merchant_no"]
        self.ring, self.classes = ring, row["classes"]
        self.next_seq, self.psam_seq = int(row["first_seq"] or 1), 1
        self.collector = "01"
        self.memory = []
        self.head = {}
        self.rng = random.Random(f"spelling {self.device}")

    def sell(self, card, amount, at, kind=6, expect=ACCEPTED, flags=(), **lies):
        """A purchase: moves the card, and keeps the record; lies are fields written wrong (before the TAC)."""
        fields = {"kind": kind, "card": card.card_no, "counter": card.counter + 1, "before": card.balance,
                  "amount": amount, "after": card.balance - amount, "at": at, "key": card.key_byte,
                  "chip": card.row["chip"], "previous": card.last}
        line = self.keep_money(fields, expect, flags, lies)
        card.counter, card.balance, card.last = line.fields["counter"], line.fields["after"], line.fields
        return line

    def load(self, card, amount, at, kind=0x02, expect=ACCEPTED, flags=(), **lies):
        """A load or a subsidy draw: moves the card, and keeps the record."""
        fields = {"kind": kind, "card": card.card_no, "counter": card.online_counter + 1, "before": card.balance,
                  "amount": amount, "after": card.balance + amount, "at": at, "key": card.key_byte,
                  "chip": card.row["chip"], "previous": card.last}
        line = self.keep_money(fields, expect, flags, lies)
        card.online_counter, card.balance, card.last = line.fields["counter"], line.fields["after"], line.fields
        return line

    def lock(self, card, at, expect=ACCEPTED, **lies):
        """The machine locks a card that its list names; no money."""
        fields = {"kind": 6, "card": card.card_no, "counter": max(1, card.counter), "before": card.balance,
                  "amount": 0, "at": at, "key": card.key_byte, "chip": card.row["chip"], "previous": card.last, "lock": 1}
        return self.keep_money(fields, expect, (), lies)

    def keep_money(self, fields, expect, flags, lies):
        fields.update(seq=self.next_seq, device=self.device, psam=self.psam, psam_seq=self.psam_seq,
                      merchant=self.merchant)
        fields.update(lies)
        if "tac" not in fields:
            fields["tac"] = money_tac(self.ring, fields)
        self.psam_seq += 1
        return self.keep(fields, expect, flags)

    def see(self, at, expect=ACCEPTED, **fields):
        """An identity record: fields as the machine's format names them."""
        known = {"device": self.device, "seq": self.next_seq, "card": "", "at": at, "element": "event"}
        return self.keep({**known, **fields}, expect, ())

    def keep(self, fields, expect, flags):
        line = Line(fields, expect, frozenset(flags))
        self.next_seq = fields["seq"] + 1
        self.memory.append(line)
        return line

    def dump(self):
        """Takes what is in memory, oldest first."""
        taken, self.memory = self.memory, []
        return taken

    def write_log(self, lines, created, folder="logs/", **spelled):
        """One log file in a spelling of its own; spelled fixes parts of the spelling."""
        write, suffix = write_logs.WRITERS[self.log_format]
        spelling = dataclasses.replace(write_logs.Spelling.draw(self.rng), **spelled)
        data, figures = write(self, lines, spelling, created)
        row = {"format": self.log_format, "device_no": self.device, **figures}
        return LogFile(f"{folder}{self.device}-0-{created:%Y%m%d%H%M%S}.{suffix}", data, row, list(lines))
