"""Cards and terminals that live through a day, and the pos-bin/1 logs that terminals dump.

A sale is played on both sides: the chip's balance and counter move, and the terminal keeps the 64 bytes.
Each entry carries what the player expects of it, which city.py holds against the oracle's verdict.
"""
import dataclasses

import primitives as p

ACCEPTED = "accepted"


@dataclasses.dataclass(slots=True)
class Card:
    """The chip in somebody's pocket."""

    row: dict
    school: str
    card_no: str = ""
    counter: int = 0
    online_counter: int = 0
    balance: int = 0
    last: dict = None
    boards: bool = False
    rides: bool = False

    def __post_init__(self):
        self.card_no = self.row["card_no"]
        self.counter = int(self.row["counter"])
        self.online_counter = int(self.row["online_counter"])
        self.balance = int(self.row["balance_fen"])

    @property
    def key_byte(self):
        nibble = p.NIBBLE_OF_CHIP[self.row["chip"]]
        return 0xF0 if nibble == 15 else nibble << 4 | int(self.row["key_version"])


@dataclasses.dataclass(slots=True)
class Entry:
    """One record as the terminal keeps it: its bytes, what made them and what must come of them (None: anything)."""

    raw: bytes
    fields: dict
    epoch: int
    expect: str = ACCEPTED
    flags: frozenset = frozenset()

    def copy(self, **changes):
        return dataclasses.replace(self, **changes)

    def changed(self, ring=None, **fields):
        """The same record with other fields, its CRC right and, with a ring, its TAC too."""
        merged = dict(self.fields, **fields)
        if ring:
            merged["tac"] = sale_tac(ring, merged)
        return self.copy(raw=p.encode_record(merged), fields=merged)

    def patched(self, offset, data):
        """The same record with bytes overwritten and the CRC made right again."""
        body = self.raw[:offset] + data + self.raw[offset + len(data):60]
        return self.copy(raw=p.with_crc(body))


def sale_tac(ring, fields):
    """The TAC that the chip computes for a purchase; zero where the chip has no key."""
    if fields["key"] >> 4 == 15:
        return bytes(4)
    at = fields["at"]
    block = p.purchase_block(fields["amount"], fields["kind"], p.bcd(fields["psam"]), fields["psam_seq"],
                             p.bcd(at.strftime("%Y%m%d")), p.bcd(at.strftime("%H%M%S")))
    return ring.purchase_tac(fields["key"], fields["card"], block)


class Terminal:
    """A pos machine: its counters and the records in its memory that were not dumped yet."""

    def __init__(self, device, psam, school, merchant, ring, classes=""):
        self.device, self.psam, self.school, self.merchant = device, psam, school, merchant
        self.ring, self.classes = ring, classes
        self.epoch, self.next_seq, self.psam_seq = 0, 1, 1
        self.collector = "01"
        self.memory = []

    def sell(self, card, amount, at, kind=6, expect=ACCEPTED, flags=(), **lies):
        """A purchase: moves the card, and keeps the record; lies are fields written wrong (before the TAC)."""
        fields = {"kind": kind, "seq": self.next_seq, "card": card.card_no, "counter": card.counter + 1,
                  "before": card.balance, "amount": amount, "after": card.balance - amount, "psam": self.psam,
                  "psam_seq": self.psam_seq, "at": at, "key": card.key_byte, "operation": meal_code(at)}
        fields.update(lies)
        fields["tac"] = sale_tac(self.ring, fields)
        card.counter = fields["counter"]
        card.balance = fields["after"]
        card.last = fields
        self.next_seq = fields["seq"] + 1
        self.psam_seq += 1
        entry = Entry(p.encode_record(fields), fields, self.epoch, expect, frozenset(flags))
        self.memory.append(entry)
        return entry

    def reset(self):
        """The terminal loses its memory of counting and says so by a new epoch."""
        self.epoch += 1
        self.next_seq = 1

    def dump(self):
        """Takes what is in memory, oldest first."""
        taken, self.memory = self.memory, []
        return taken

    def write_log(self, entries, created, folder="logs/", **lies):
        return log_file(self, entries, created, folder, **lies)


def meal_code(at):
    """The operation code that our terminals write: 1 breakfast, 2 lunch, 3 supper, 4 night."""
    return 1 if at.hour < 10 else 2 if at.hour < 14 else 3 if at.hour < 20 else 4


@dataclasses.dataclass(slots=True)
class LogFile:
    """A log file as it lies in a package, with its manifest row."""

    name: str
    data: bytes
    row: dict
    entries: list
    refused: bool = False


def log_file(terminal, entries, created, folder="logs/", **lies):
    """One device's log of one epoch; lies override header fields after the truth was computed."""
    epoch = entries[0].epoch if entries else terminal.epoch
    sequences = [int.from_bytes(entry.raw[2:6], "big") for entry in entries]
    amount = sum(int.from_bytes(entry.raw[22:26], "big") for entry in entries)
    head = {"epoch": epoch, "device": terminal.device, "psam": terminal.psam, "school": terminal.school,
            "count": len(entries), "amount": amount, "first": min(sequences, default=0),
            "last": max(sequences, default=0), "created": created.strftime("%Y%m%d%H%M%S")}
    row = {"format": "pos-bin/1", "device_no": terminal.device, "records": str(len(entries)),
           "amount_fen": str(amount), "first_seq": str(head["first"]), "last_seq": str(head["last"])}
    data = p.encode_header(dict(head, **lies)) + b"".join(entry.raw for entry in entries)
    name = f"{folder}{terminal.device}-{epoch}-{created:%Y%m%d%H%M%S}.bin"
    return LogFile(name, data, row, list(entries))
