"""The oracle's books (RULES 2): transfers, balances, lots of subsidies and advances; they refuse what may never be."""
import collections
import dataclasses
import datetime

NEVER_BELOW_ZERO = ("2203", "2205", "2206")
NEVER = datetime.date.max


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
    entry: int = 0
    reverses: object = None


@dataclasses.dataclass
class Lot:
    """A subsidy granted to a card: what of it is still to be claimed, and until when."""

    valid_to: datetime.date
    amount: int


def midnight(date):
    return datetime.datetime.combine(date, datetime.time())


class Books:
    """All transfers, and what follows from them: balances as credit minus debit."""

    def __init__(self):
        self.transfers = []
        self.balances = collections.Counter()
        self.lots = collections.defaultdict(list)
        self.advances = collections.Counter()
        self.entries = 0

    def enter(self, legs, date, at, kind, joins=False, **event):
        """One entry of (debit, credit, amount) legs, or with joins more of the last one; legs of nothing are left out.

        Returns its transfers.
        """
        self.entries += not joins
        made = []
        for debit, credit, amount in legs:
            if amount == 0:
                continue
            assert amount > 0 and debit != credit, (kind, debit, credit, amount)
            self.balances[debit] -= amount
            self.balances[credit] += amount
            made.append(Transfer(date, at, debit, credit, amount, kind, entry=self.entries, **event))
        for account in {move.debit for move in made}:
            assert account[:4] not in NEVER_BELOW_ZERO or self.balances[account] >= 0, f"{account} below zero"
        self.transfers += made
        return made

    def mirror(self, transfers, date, at, kind, **event):
        """P-05: the transfers turned around, each naming the one that it reverses."""
        made = self.enter([(move.credit, move.debit, move.amount) for move in transfers], date, at, kind, **event)
        for move, turned in zip(transfers, made):
            turned.reverses = move
        return made

    # P-07 and P-11: money advanced to a card before anybody paid

    def claim(self, card, amount):
        """How much of a load 2205 gives, and how much is advanced."""
        claimed = min(amount, self.balances[f"2205:{card}"])
        self.advances[card] += amount - claimed
        return claimed, amount - claimed

    def pay_back(self, card, amount):
        """How much of a payment goes to the card's advances, and how much is left to claim."""
        back = min(amount, self.advances[card])
        self.advances[card] -= back
        return back, amount - back

    # P-08

    def grant(self, card, amount, valid_to):
        self.lots[card].append(Lot(valid_to, amount))

    def take_lots(self, card, amount):
        """Takes from the card's lots, oldest valid_to first; how much they gave."""
        taken = 0
        for lot in sorted(self.lots[card], key=lambda lot: lot.valid_to):
            part = min(lot.amount, amount - taken)
            lot.amount -= part
            taken += part
        self.drop_empty(card)
        return taken

    def drop_empty(self, card):
        self.lots[card] = [lot for lot in self.lots[card] if lot.amount]
