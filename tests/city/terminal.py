"""Cards and terminals that live through a day, and the pos-bin/1 logs that terminals dump.

A sale is played on both sides: the chip's balance and counter move, and the terminal keeps the 64 bytes.
Each entry carries what the player expects of it, which city.py holds against the oracle's verdict.
"""
import dataclasses

import primitives as p
from record import LOAD, OFFLINE, ONLINE, REVERSAL

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
        self.online_counter = int(self.row.get("online_counter") or 0)
        self.balance = int(self.row["balance_fen"])

    @property
    def key_byte(self):
        nibble = p.NIBBLE_OF_CHIP[self.row["chip"]]
        return 0xF0 if nibble == 15 else nibble << 4 | int(self.row["key_version"])


@dataclasses.dataclass(slots=True)
class Entry:
    """One record as the terminal keeps it: its bytes, what made them and what must come of them (None: anything).

    expect is the first verdict, outcome what has become of the record after the last night.
    """

    raw: bytes
    fields: dict
    epoch: int
    expect: str = ACCEPTED
    flags: frozenset = frozenset()
    outcome: str = None

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
    """The TAC that the chip computes for a record; zero where the chip has no key, and on a reversal."""
    if fields["key"] >> 4 == 15 or fields["kind"] == REVERSAL:
        return bytes(4)
    date, time = (p.bcd(fields["at"].strftime(form)) for form in ("%Y%m%d", "%H%M%S"))
    psam = p.bcd(fields["psam"])
    if fields["kind"] in ONLINE:
        block = p.load_block(fields["after"], fields["counter"], fields["amount"], LOAD, psam, date, time)
    else:
        block = p.purchase_block(fields["amount"], fields["kind"], psam, fields["psam_seq"], date, time)
    return ring.purchase_tac(fields["key"], fields["card"], block)


class Terminal:
    """A machine: its counters, what it counted since its epoch began, and the records that were not dumped yet."""

    log_format = "pos-bin/1"

    def __init__(self, device, psam, school, merchant, ring, classes=""):
        self.device, self.psam, self.school, self.merchant = device, psam, school, merchant
        self.ring, self.classes = ring, classes
        self.epoch, self.next_seq, self.psam_seq = 0, 1, 1
        self.total_count = self.total_amount = self.kept_back = 0
        self.list_version = 0
        self.collector = "01"
        self.memory = []

    @property
    def uncollected(self):
        """How many records it would say that nobody took yet."""
        return len(self.memory) + self.kept_back

    def write(self, card, values, expect, flags, lies):
        """Keeps one record of the card; lies are fields written wrong, before the TAC."""
        fields = {"seq": self.next_seq, "card": card.card_no, "before": card.balance, "psam": self.psam,
                  "psam_seq": self.psam_seq, "key": card.key_byte, "list_version": self.list_version,
                  **self.more_about(card), **values, **lies}
        fields.setdefault("after", fields["before"] + self.sign(fields["kind"]) * fields["amount"])
        if "tac" not in fields:
            fields["tac"] = sale_tac(self.ring, fields)
        if fields["kind"] != REVERSAL:
            card.last = fields
        return self.keep(fields, expect, flags)

    def keep(self, fields, expect, flags):
        """Counts a record and puts it into the memory."""
        self.next_seq = fields["seq"] + 1
        self.psam_seq += 1
        self.total_count += 1
        self.total_amount += fields["amount"]
        self.memory.append(self.entry_of(fields, expect, None if flags is None else frozenset(flags)))
        return self.memory[-1]

    def more_about(self, card):
        """What this kind of log tells beside the fields of pos-bin/1."""
        del card
        return {}

    def entry_of(self, fields, expect, flags):
        return Entry(p.encode_record(fields), fields, self.epoch, expect, flags)

    @staticmethod
    def sign(kind):
        return -1 if kind in OFFLINE else 1

    def sell(self, card, amount, at, kind=6, expect=ACCEPTED, flags=(), **lies):
        """A purchase: moves the card, and keeps the record."""
        values = {"kind": kind, "counter": card.counter + 1, "amount": amount, "at": at, "operation": meal_code(at),
                  "after": card.balance - amount}
        entry = self.write(card, values, expect, flags, lies)
        card.counter, card.balance = entry.fields["counter"], entry.fields["after"]
        return entry

    def gray(self, card, amount, at, debited, kind=6, expect="gray", flags=None, **lies):
        """A purchase whose answer was lost: the card was debited or was not, the terminal cannot know."""
        before = card.counter, card.balance, card.last
        entry = self.sell(card, amount, at, kind, expect, flags, mark=1, **lies)
        if not debited:
            card.counter, card.balance, card.last = before
        return entry

    def cancel(self, card, bought, at, expect=ACCEPTED, flags=(), **lies):
        """The purchase of an entry taken back: the card gets its money, its counter stays."""
        values = {"kind": REVERSAL, "counter": bought.fields["counter"], "amount": bought.fields["amount"], "at": at,
                  "reference": bought.fields["seq"], "tac": bytes(4)}
        entry = self.write(card, values, expect, flags, lies)
        card.balance = entry.fields["after"]
        return entry

    def load(self, card, amount, at, kind=LOAD, expect=ACCEPTED, flags=(), **lies):
        """Money put on the card: a load, or (kind DRAW) a subsidy drawn."""
        values = {"kind": kind, "counter": card.online_counter + 1, "amount": amount, "at": at}
        entry = self.write(card, values, expect, flags, lies)
        card.online_counter, card.balance = entry.fields["counter"], entry.fields["after"]
        return entry

    def reset(self):
        """The terminal loses its memory of counting and says so by a new epoch."""
        self.epoch += 1
        self.next_seq = 1
        self.total_count = self.total_amount = 0

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
