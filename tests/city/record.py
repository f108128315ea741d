"""A record as the oracle knows it, whatever format it came in, and the orders in which records stand.

Readers fill it, the rules ask it. A reader of another format fills the same fields: what its format does not have
keeps its default.
"""
import dataclasses
import datetime

OFFLINE = (0x06, 0x09)
ONLINE = (0x02, 0xDB)
LOAD, DRAW = ONLINE
REVERSAL = 0xFE
GRAY = 1


def family_of(kind):
    """The counter family of a kind: a reversal stands with the purchase whose counter it repeats."""
    return "online" if kind in ONLINE else "offline"


@dataclasses.dataclass(frozen=True)
class Carried:
    """The card's previous transaction as a pkg-csv record repeats it; psam is packed BCD."""

    kind: int
    counter: int
    amount: int
    psam: bytes
    at: datetime.datetime

    def names(self, rec):
        """Whether it is that purchase (R-07, decision (b)); the card is the carrying record's own."""
        return (self.kind in OFFLINE and rec.counter == self.counter and rec.amount == self.amount
                and rec.psam == self.psam and rec.at == self.at)


@dataclasses.dataclass(slots=True)
class Record:
    """One record with where it lies and, once judged, its first verdict, what became of it, and its flags.

    verdict is the first one and never changes. outcome is what holds now: it starts as the verdict, and a gray or a
    waiting reversal goes on to accepted, void or merchant_pays. key is the key byte, None where the format names no
    key; chip is the chip, merchant the merchant that the record itself names. content is what must be equal for R-02.
    """

    package: object
    file: str
    number: int
    raw: bytes
    device: str
    psam: bytes
    epoch: int
    seq: int = 0
    kind: int = 0
    mark: int = 0
    card: str = ""
    counter: int = 0
    before: int = 0
    amount: int = 0
    after: int = 0
    psam_seq: int = 0
    date: bytes = b""
    time: bytes = b""
    at: datetime.datetime = None
    key: int = None
    chip: str = ""
    merchant: str = ""
    tac: bytes = bytes(4)
    reference: int = 0
    operation: int = 0
    list_version: int = 0
    serial: int = 0
    carried: Carried = None
    is_identity: bool = False
    is_of_a_door: bool = False  # an identity record of a door, gate or attendance reader
    content: object = None
    verdict: str = ""
    outcome: str = ""
    flags: set = dataclasses.field(default_factory=set)
    accounting_date: datetime.date = None
    held_on: datetime.date = None
    problem: object = None
    reversed_by: object = None
    agreed: bool = False  # posted by two people (P-16)
    entry: object = None  # its transfers, once accepted

    @property
    def slot(self):
        return self.device, self.epoch, self.seq

    @property
    def day(self):
        return self.at.date()

    @property
    def family(self):
        return family_of(self.kind)

    @property
    def is_purchase(self):
        return self.kind in OFFLINE and not self.is_identity

    @property
    def is_reversal(self):
        return self.kind == REVERSAL

    @property
    def is_gray(self):
        return self.mark == GRAY

    @property
    def posting_order(self):
        """RULES 1, Order: how a card's records are judged and posted within a run."""
        return (self.family, self.counter, self.is_reversal, self.at, *self.slot)

    @property
    def chain_order(self):
        """RULES 1: how a card's accepted records follow each other, whenever they came."""
        return (self.at, self.family, self.counter, self.is_reversal, *self.slot)


@dataclasses.dataclass
class Log:
    """A listed file of an opened package: refused, or its records and status rows as they lie."""

    package: object
    row: dict
    refused: bool
    records: list
    statuses: list = dataclasses.field(default_factory=list)
    counts: dict = dataclasses.field(default_factory=dict)
