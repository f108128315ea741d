"""A storm: a few cards and devices on which everything goes wrong at once, drawn from the seed.

Nobody says what each record must become; the oracle alone judges. It finds what scenarios made one by one do
not: rules that meet each other.
"""
import datetime
import random

from record import DRAW, LOAD
from status import status_row

EVENTS = 200
LONGEST = 6
PACKAGES_A_NIGHT = 4  # of a school
CHIPS = ("cpu3des", "cpusm4", "m1")
AMOUNTS = ((120, 999, 1000, 1500, 8000, 19999, 21000), (500, 1000), (700,))
STORM_CLASS = "61"


class Weather:
    """How a storm is: how often what happens, on how few cards and devices, with how few different amounts."""

    def __init__(self, rng):
        self.cards, self.devices = rng.choice((2, 4, 14)), rng.choice((2, 4, 8))
        self.amounts = rng.choice(AMOUNTS)
        self.gray, self.cancel, self.load = (rng.choice(shares) for shares in
                                             ((0.08, 0.2, 0.4), (0.08, 0.15, 0.3), (0.1, 0.17, 0.3)))
        self.lie, self.skew, self.late = rng.choice((0, 0.04, 0.12)), rng.choice((0, 0.06)), rng.choice((0.1, 0.25, 0.6))
        self.coarse = rng.random() < 0.3


class Storm:
    """Draws events, spoils records, and scatters them over packages and nights."""

    name = "storm"

    def __init__(self, lab, number=0):
        self.lab = lab
        self.rng = random.Random(f"{self.name} {lab.city.options.seed} {number}")
        self.weather = Weather(self.rng)
        self.days = min(LONGEST, len(lab.city.days))
        self.nights = len(lab.city.days)
        self.make_devices(lab)
        self.cards = [lab.card(n % 3, CHIPS[n % 3], card_class=("1", STORM_CLASS)[n % 2]) for n in range(9)]
        self.known = self.cards[:]
        self.cards += [lab.card(1, listed=False), lab.card(0, status="lost"), lab.late_card(1, 1)]
        self.cards += [lab.card(2, expires_on=str(lab.day(0))), lab.card(0, balance_fen="300")]
        lab.city.decided_by_people |= {card.card_no for card in self.cards}
        self.replace(self.cards[4])
        self.sold = {device: [] for device in self.devices + self.machines}
        self.busy = self.rng.sample(self.cards, self.weather.cards), self.rng.sample(self.devices, self.weather.devices)
        self.second, self.emptied = 0, self.rng.randrange(self.nights)
        self.report()
        self.grant()

    def make_devices(self, lab):
        """Where cards pay (devices) and where they are loaded (machines)."""
        self.devices = [lab.device(home, suffix) for home in (0, 1) for suffix in ("10001", "10002", "10005")]
        self.devices += [lab.device(0, first_seq="5"), lab.ghost(1)]
        self.machines = [lab.device(home, "", "load") for home in (0, 1)]

    def replace(self, old):
        """A card lost a week ago and still in somebody's hand, and the one that takes its place."""
        lab = self.lab
        row = dict(old.row, counter="0", online_counter="0", balance_fen="0", replaces=old.card_no)
        person = {"person_no": row.pop("person_no"), "kind": "student", "school_code": old.school}
        row.pop("card_no")
        self.known.append(lab.world.make_card(person, **row))
        self.cards.append(self.known[-1])
        lab.world.loss(old, "lost", lab.at(-7 + self.rng.randrange(2), "10:00:00"), "挂失")

    # What the bureau knows

    def report(self):
        """Losses, finds, bad and closed cards, some of them told nights after they took effect."""
        for card in self.known[1:4] + self.known[5:8]:
            day, kind = -self.rng.randrange(12), self.rng.choice(("lost", "lost", "closed", "bad"))
            while day < self.days and self.rng.random() < 0.8:
                told = max(0, day) + self.rng.randrange(3)
                if told < self.nights:
                    self.lab.world.loss(card, kind, self.moment(day), "登记", reported=self.lab.day(told))
                day += self.rng.randrange(1, 4)
                kind = "found" if kind != "found" else self.rng.choice(("lost", "lost", "bad", "closed"))

    def moment(self, day):
        """A moment of a day that no other event of the storm has."""
        self.second += 1
        clock = datetime.time(self.rng.randrange(7, 21), self.second // 60 % 60, self.second % 60)
        return datetime.datetime.combine(self.lab.day(day), clock)

    def grant(self):
        """Subsidies and top-ups of every night; no card has two lots of one last day."""
        world, lab = self.lab.world, self.lab
        for night in range(self.days):
            for card in self.rng.sample(self.known, 4):
                world.cash(lab.day(night), "topup", self.rng.choice(self.weather.amounts), self.moment(night - 1), card)
            for card in self.rng.sample(self.known, 3):
                last = lab.day(night * 3 + self.rng.randrange(2))
                world.subsidy(lab.day(night), self.rng.choice(self.weather.amounts), last, card)
            if night % 2 == 0:
                world.subsidy(lab.day(night), 1100 + night, lab.day(night * 3 + 2), card_class=STORM_CLASS)

    # What the machines write

    def happen(self, minute):
        """One event at a moment of the days, often not as it should be; the machine and its records."""
        rng, weather = self.rng, self.weather
        at = self.lab.at(0, "06:30:00") + datetime.timedelta(minutes=minute, seconds=rng.randrange(60))
        cards, devices = self.busy if rng.random() < 0.9 else (self.cards, self.devices)
        card, device, roll = rng.choice(cards), rng.choice(devices), rng.random()
        if rng.random() < 0.01:
            device.reset()
        if rng.random() < weather.skew:
            at += datetime.timedelta(days=rng.choice((-200, -35, -1, 0, 1, 400)), minutes=rng.randrange(-90, 90))
        if weather.coarse:
            at = at.replace(minute=0, second=0)
        if roll < weather.load:
            device = rng.choice(self.machines)
            self.load(device, card, at)
        elif roll < weather.load + weather.cancel and self.sold[device]:
            self.cancel(device, at)
        else:
            self.sell(device, card, at, roll > 1 - weather.gray)
        made, device.memory = device.memory, []
        return [(device, self.spoil(entry).copy(expect=None, flags=None)) for entry in made]

    def lies(self, device, counter):
        """Fields that are not as they should be, seldom."""
        rng, lies = self.rng, {}
        if rng.random() < self.weather.lie:
            lies["counter"] = max(1, counter + rng.choice((-4, -2, -1, -1, 1, 2, 3)))
        if rng.random() < self.weather.lie / 2:
            lies["seq"] = device.next_seq + rng.randrange(1, 5)
        return lies

    def sell(self, device, card, at, gray):
        """A purchase, answered or not; a chip without money has got some from nowhere."""
        rng = self.rng
        amount, kind, lies = rng.choice(self.weather.amounts), rng.choice((6, 9)), self.lies(device, card.counter + 1)
        lies["list_version"] = self.version(at)
        if card.balance < amount:
            card.balance += 50000
        if rng.random() < self.weather.lie:
            lies["before"] = card.balance + rng.choice(self.weather.amounts)
            lies["after"] = lies["before"] - amount
        if gray:
            tac = {"tac": bytes(4)} if rng.random() < 0.5 else {}
            entry = device.gray(card, amount, at, rng.random() < 0.5, kind, **lies, **tac)
        else:
            entry = device.sell(card, amount, at, kind, **lies)
        self.sold[device].append((card, entry))

    def version(self, at):
        """The list in force on a terminal, some days old."""
        day = min(max(at.date(), self.lab.day(0)), self.lab.day(self.days - 1))
        return int(f"{day - datetime.timedelta(days=self.rng.randrange(1, 5)):%Y%m%d}") if self.rng.random() < 0.9 else 0

    def load(self, machine, card, at):
        rng = self.rng
        kind = rng.choice((LOAD, DRAW))
        lies = self.lies(machine, card.online_counter + 1)
        if kind == LOAD and rng.random() < 0.3:
            lies["serial"] = rng.randrange(1, 10**8)
        if rng.random() < self.weather.lie:
            lies["before"] = card.balance + rng.choice(self.weather.amounts)
        machine.load(card, rng.choice(self.weather.amounts), at, kind, **lies)

    def cancel(self, device, at):
        """A reversal of one of the device's last purchases, right or wrong, perhaps of one that is reversed already."""
        rng = self.rng
        card, bought = rng.choice(self.sold[device][-5:])
        lies = {}
        if rng.random() < 0.1:
            lies["reference"] = max(1, bought.fields["seq"] + rng.randrange(-2, 3))
        if rng.random() < 0.05:
            lies["amount"] = bought.fields["amount"] + 1
        if rng.random() < 0.05:
            card = rng.choice(self.cards)
        if rng.random() < 0.5:
            at = bought.fields["at"] + datetime.timedelta(seconds=rng.randrange(1, 200))
        device.cancel(card, bought, at, **lies)

    def spoil(self, entry):
        """Sometimes the record is not what the chip said."""
        roll = self.rng.random()
        if roll < 0.03:
            return entry.changed(tac=b"\x00\x11\x22\x33")
        if roll < 0.05:
            return entry.changed(self.lab.ring, after=entry.fields["after"] ^ 1)
        if roll < 0.07:
            return entry.copy(raw=entry.raw[:60] + b"\x00\x00\x00\x01")
        if roll < 0.08:
            return entry.changed(mark=3)
        return entry

    # How it comes to the data centre

    def again(self, entry):
        """The same record, or one with another content under its sequence."""
        if self.rng.random() < 0.7:
            return entry
        return entry.changed(self.lab.ring, psam_seq=entry.fields["psam_seq"] + self.rng.randrange(1, 3))

    def scatter(self, made):
        """(night, device) → entries: on its day, nights later, twice, or never."""
        heaps = {}
        for number, (device, entry) in enumerate(made):
            for night in self.nights_of(min(self.days - 1, number * self.days // len(made))):
                heaps.setdefault((night, device), []).append(entry)
                if self.rng.random() < 0.08:
                    other = min(self.nights - 1, night + self.rng.randrange(3))
                    heaps.setdefault((other, device), []).append(self.again(entry))
        return heaps

    def nights_of(self, day):
        """The nights on which a record of a day comes, first one first."""
        roll, last = self.rng.random(), self.nights - 1
        if roll < 0.06:
            return ()
        if roll < 0.06 + self.weather.late:
            return (min(last, day + self.rng.randrange(1, 6)),)
        return (day, min(last, day + 1)) if roll > 0.95 else (day,)

    def send(self, heaps):
        """Each heap in one or two packages of the night, which several machines of a school share, at times of any order."""
        shipments = {}
        for (night, device), entries in sorted(heaps.items(), key=lambda heap: (heap[0][0], heap[0][1].device)):
            if self.rng.random() < 0.3:
                self.rng.shuffle(entries)
            middle = self.rng.randrange(len(entries)) if self.rng.random() < 0.5 else 0
            for part in filter(None, (entries[:middle], entries[middle:])):
                slot = night, device.school, self.rng.randrange(PACKAGES_A_NIGHT)
                _, _, logs = shipments.setdefault(slot, (self.lab.school_of(device), self.time_in(night), []))
                logs += self.lab.logs(device, part, self.lab.at(night, "20:00:00"), len(logs))
        for (night, _, _), (school, at, logs) in shipments.items():
            self.rng.shuffle(logs)
            self.lab.ship(night, school, logs, at, collector=f"{self.rng.randrange(20, 99)}")

    def time_in(self, night):
        return self.lab.at(night, "21:00:00") + datetime.timedelta(minutes=self.rng.randrange(170))

    def say(self):
        """Status rows of some machines in some nights, right or wrong; in one of the nights all are empty."""
        for night in range(self.nights):
            for device in self.devices + self.machines:
                if night == self.emptied:
                    self.lab.say(night, 0, status_row(device, self.moment(night), uncollected=0))
                elif self.rng.random() < 0.4:
                    lies = {"uncollected": self.rng.choice((0, 0, 0, 1, 30))}
                    if self.rng.random() < 0.3:
                        lies["total_count"] = max(0, device.total_count - self.rng.randrange(9))
                        lies["last_seq"] = max(0, device.next_seq - 1 - self.rng.randrange(9))
                    self.lab.say(night, 0, status_row(device, self.moment(night), **lies))


def breaks_everything_at_once(lab):
    """R-01 to R-10, R-20 to R-23, the flags and the postings where they meet; as many storms as were asked for."""
    for number in range(lab.city.options.storms):
        storm = Storm(lab, number)
        count = EVENTS * storm.days // 3
        made = [record for number in range(count) for record in storm.happen(number * storm.days * 24 * 60 // count)]
        storm.send(storm.scatter(made))
        storm.say()


SCENARIOS = (breaks_everything_at_once,)
