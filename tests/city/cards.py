"""What the ledger remembers of one card: accepted counters, the chain, the day's spending, what is not decided yet."""
import collections
import dataclasses

FAMILIES = ("offline", "online")


def ranges_missing(present, first, last):
    """Maximal ranges of first…last that are not in present."""
    found = []
    start = first
    for number in sorted(number for number in present if first <= number <= last):
        if number > start:
            found.append((start, number - 1))
        start = number + 1
    return found + [(start, last)] if start <= last else found


@dataclasses.dataclass
class Opening:
    """The state with which a card came on file."""

    counters: dict
    balance: int


class CardState:
    """The state of one card."""

    def __init__(self, row):
        self.counters = {family: {} for family in FAMILIES}
        self.carried = []
        self.chain = []
        self.spent = collections.Counter()
        self.grays, self.reversals = [], []
        self.breaks, self.gaps = {}, {}
        self.overdrawn = None
        self.open(row)

    def open(self, row):
        """Takes the opening state of the card's row; None for a card not on file."""
        self.opening = None
        if row:
            counters = {"offline": int(row["counter"] or 0), "online": int(row.get("online_counter") or 0)}
            self.opening = Opening(counters, int(row["balance_fen"] or 0))

    def used(self, rec):
        """Whether the record's counter is accepted on another record, or not above the opening counter."""
        return (rec.counter in self.counters[rec.family]
                or self.opening is not None and rec.counter <= self.opening.counters[rec.family])

    def add(self, rec):
        """Takes an accepted record into counters and chain; a reversal takes no counter."""
        if not rec.is_reversal:
            self.counters[rec.family][rec.counter] = rec
        if rec.is_purchase:
            self.spent[rec.day] += rec.amount
        if rec.carried:
            self.carried.append(rec.carried)
        self.chain.append(rec)
        self.chain.sort(key=lambda entry: entry.chain_order)

    def missing(self):
        """R-21: (family, first, last) of counters not accepted from the opening counter (or the lowest) to the highest."""
        for family in FAMILIES:
            accepted = self.counters[family]
            if accepted:
                low = self.opening.counters[family] + 1 if self.opening else min(accepted)
                present = accepted.keys() | self.carried_counters(family)
                yield from ((family, *span) for span in ranges_missing(present, low, max(accepted)))

    def carried_counters(self, family):
        online = family == "online"
        return {carried.counter for carried in self.carried if (carried.kind in (0x02, 0xDB)) == online}

    def next_after(self, rec):
        """The first accepted record after it in the chain, or None."""
        return next((entry for entry in self.chain if entry.chain_order > rec.chain_order), None)

    def last_after(self):
        """What the chip holds after the last record of the chain, the opening balance where there is none."""
        return self.chain[-1].after if self.chain else self.opening.balance if self.opening else 0

    def highest(self, family):
        """The highest accepted counter of a family, the opening counter where there is none."""
        return max([*self.counters[family], self.opening.counters[family] if self.opening else 0])

    def broken_links(self):
        """balance_break: records that follow the last one of their family, but not the balance before them."""
        opening = self.opening or Opening({}, None)
        last, after, broken = dict(opening.counters), opening.balance, []
        for rec in self.chain:
            follows = rec.family in last and rec.counter == last[rec.family] + (not rec.is_reversal)
            if follows and rec.before != after:
                broken.append(rec)
            last[rec.family], after = rec.counter, rec.after
        return broken
