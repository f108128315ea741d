"""Machines that keep other logs than pos-bin/1: buses, transport-style pos, attendance readers, gates, dormitories.

Their records are Lines, which write_logs.py spells.
"""
import dataclasses
import random

import write_logs
from terminal import ACCEPTED, LogFile, Terminal, sale_tac


@dataclasses.dataclass(slots=True)
class Line:
    """One record of a text log: what is true of it, what is written otherwise, and what must come of it."""

    fields: dict
    expect: str = ACCEPTED
    flags: frozenset = frozenset()
    outcome: str = None
    epoch: int = 0
    cells: dict = dataclasses.field(default_factory=dict)
    text: str = None

    def copy(self, **changes):
        return dataclasses.replace(self, **changes)

    def changed(self, ring=None, **fields):
        """The same record with other fields and, with a ring, the TAC that they give."""
        merged = dict(self.fields, **fields)
        if ring:
            merged["tac"] = sale_tac(ring, merged)
        return self.copy(fields=merged)

    def written(self, **cells):
        """The same record with columns written otherwise: malformed."""
        return self.copy(cells={**self.cells, **cells}, expect="malformed", flags=frozenset(), outcome=None)


class Machine(Terminal):
    """A machine of one of these formats; it knows no epochs and no reversals."""

    industry = "01"

    def __init__(self, row, ring):
        super().__init__(row["device_no"], row["psam_no"], row["school_code"], row["merchant_no"], ring, row["classes"])
        self.log_format = row["log_format"]
        self.next_seq = int(row["first_seq"] or 1)
        self.rng = random.Random(f"spelling {self.device}")

    def more_about(self, card):
        return {"device": self.device, "merchant": self.merchant, "chip": card.row["chip"], "previous": card.last}

    def entry_of(self, fields, expect, flags):
        return Line(fields, expect, flags)

    def lock(self, card, at, expect=ACCEPTED, **lies):
        """The machine locks a card that its list names; no money."""
        last = card.last
        values = {"kind": 6, "counter": max(1, card.counter), "amount": 0, "at": at, "lock": 1, "tac": bytes(4)}
        line = self.write(card, values, expect, (), lies)
        card.last = last
        return line

    def see(self, at, expect=ACCEPTED, **fields):
        """An identity record: fields as the machine's format names them."""
        known = {"device": self.device, "seq": self.next_seq, "card": "", "at": at, "element": "event", "amount": 0}
        return self.keep({**known, **fields}, expect, ())

    def write_log(self, lines, created, folder="logs/", **spelled):
        """One log file in a spelling of its own; spelled fixes parts of the spelling."""
        write, suffix = write_logs.WRITERS[self.log_format]
        spelling = dataclasses.replace(write_logs.Spelling.draw(self.rng), **spelled)
        data, figures = write(self, lines, spelling, created)
        row = {"format": self.log_format, "device_no": self.device, **figures}
        return LogFile(f"{folder}{self.device}-0-{created:%Y%m%d%H%M%S}.{suffix}", data, row, list(lines))
