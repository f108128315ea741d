"""A storm: a few cards and devices on which everything goes wrong at once, drawn from the seed.

Nobody says what each record must become; the oracle alone judges. It finds what scenarios made one by one do
not: rules that meet each other.
"""
import datetime
import random

SALES = 260
CHIPS = ("cpu3des", "cpusm4", "m1")


class Storm:
    """Draws sales, spoils them, and scatters them over packages and nights."""

    def __init__(self, lab):
        self.lab = lab
        self.rng = random.Random(f"storm {lab.city.options.seed}")
        self.devices = [lab.device(home, suffix) for home in (0, 1) for suffix in ("10001", "10002", "10005")]
        self.devices += [lab.device(0, first_seq="5"), lab.ghost(1)]
        self.cards = [lab.card(n % 3, CHIPS[n % 3], card_class=str(1 + 59 * (n % 2))) for n in range(9)]
        self.cards += [lab.card(1, listed=False), lab.card(0, status="lost"), lab.late_card(1, 1)]
        self.cards += [lab.card(2, expires_on=str(lab.day(0))), lab.card(0, balance_fen="300")]
        for card in self.cards[2:4]:
            lab.world.loss(card, "lost", lab.at(1, "12:00:00"), "挂失", reported=lab.day(1))
        lab.world.loss(self.cards[3], "found", lab.at(2, "09:00:00"), "解挂", reported=lab.day(2))

    def sell(self, minute):
        """One sale at a moment of the three days, often not as it should be."""
        rng, lab = self.rng, self.lab
        card, device = rng.choice(self.cards), rng.choice(self.devices)
        at = lab.at(0, "06:30:00") + datetime.timedelta(minutes=minute, seconds=rng.randrange(60))
        amount = rng.choice((120, 999, 1500, 8000, 19999, 21000))
        lies = {}
        if rng.random() < 0.05:
            lies["counter"] = max(1, card.counter + rng.randrange(-2, 4))
        if rng.random() < 0.05:
            lies["before"] = card.balance + amount
            lies["after"] = lies["before"] - amount
        if rng.random() < 0.03:
            lies["seq"] = device.next_seq + rng.randrange(1, 5)
        if rng.random() < 0.06:
            at += datetime.timedelta(days=rng.choice((-200, -35, -1, 0, 1, 400)), minutes=rng.randrange(-90, 90))
        if card.balance < amount:
            card.balance += 50000
        if rng.random() < 0.01:
            device.reset()
        device.sell(card, amount, at, rng.choice((6, 9)), **lies)
        entry = self.spoil(device.memory.pop())
        return device, entry.copy(expect=None)

    def spoil(self, entry):
        """Sometimes the record is not what the chip said."""
        roll = self.rng.random()
        if roll < 0.04:
            return entry.changed(tac=b"\x00\x11\x22\x33")
        if roll < 0.07:
            return entry.changed(self.lab.ring, after=entry.fields["after"] ^ 1)
        if roll < 0.09:
            return entry.copy(raw=entry.raw[:60] + b"\x00\x00\x00\x01")
        if roll < 0.11:
            return entry.changed(mark=3)
        return entry

    def again(self, entry):
        """The same record, or one with another content under its sequence."""
        if self.rng.random() < 0.7:
            return entry
        return entry.changed(self.lab.ring, psam_seq=entry.fields["psam_seq"] + self.rng.randrange(1, 3))

    def scatter(self, sold):
        """(night, device) → entries: on its day, later, twice, or never."""
        heaps = {}
        for number, (device, entry) in enumerate(sold):
            day = min(2, number * 3 // len(sold))
            for night in self.nights_of(day):
                heaps.setdefault((night, device), []).append(entry)
                if self.rng.random() < 0.08:
                    other = min(2, night + self.rng.randrange(3))
                    heaps.setdefault((other, device), []).append(self.again(entry))
        return heaps

    def nights_of(self, day):
        roll = self.rng.random()
        if roll < 0.07:
            return ()
        if roll < 0.17:
            return (min(2, day + 1),)
        return (day, min(2, day + 1)) if roll < 0.22 else (day,)

    def send(self, heaps):
        """Each heap as one or two packages of the night, at times of any order."""
        for (night, device), entries in sorted(heaps.items(), key=lambda heap: (heap[0][0], heap[0][1].device)):
            if self.rng.random() < 0.3:
                self.rng.shuffle(entries)
            middle = self.rng.randrange(len(entries)) if self.rng.random() < 0.5 else 0
            for part in (entries[:middle], entries[middle:]):
                at = self.lab.at(night, "21:00:00") + datetime.timedelta(minutes=self.rng.randrange(170))
                if part:
                    self.lab.ship(night, self.lab.school_of(device), self.lab.logs(device, part, at), at,
                                  collector=f"{self.rng.randrange(20, 99)}")


def breaks_everything_at_once(lab):
    """R-01 to R-06, the flags, R-20 and R-21 where they meet."""
    storm = Storm(lab)
    sold = [storm.sell(number * 3 * 24 * 60 // SALES) for number in range(SALES)]
    storm.send(storm.scatter(sold))


SCENARIOS = (breaks_everything_at_once,)
