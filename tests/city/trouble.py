"""The small accidents of every city: about one record in a hundred has a story, the rest never notices."""
import datetime
import random

import package
from record import REVERSAL

BAD_TAC_SHARE = 0.002
VISITOR_SHARE = 0.003
LOST_SHARE = 0.0015
NEWCOMER_SHARE = 0.0012
DROP_SHARE = 0.04
AGAIN_SHARE = 0.03
BANQUET_SHARE = 0.1
NO_LINE_SHARE = 0.04
CUT_SHARE = 0.015
LIST_SHARE = 0.85
LOCK_SHARE = 0.3


class Trouble:
    """Stirs each day's memory of the terminals, and the way of the packages to the server."""

    def __init__(self, city):
        self.city = city
        self.rng = random.Random(f"trouble {city.options.seed}")
        self.lost, self.delayed, self.repeats = [], [], []
        self.fates = {}
        self.newcomers = {}
        if len(city.days) > 1:
            self.hold_back_cards()

    def hold_back_cards(self):
        """A few new cards are used a day before the bureau hands in their rows."""
        rows, second = self.city.world.rows["card"], self.city.days[1]
        for school in self.city.world.schools:
            for card in school.cards:
                if card.row["chip"] != "m1" and self.rng.random() < NEWCOMER_SHARE:
                    rows.remove(card.row)
                    self.city.world.add_late(second, "card", card.row)
                    self.newcomers[card.card_no] = second

    def stir(self, day):
        """After the day's sales and before the collectors come."""
        self.bring_back()
        for school in self.city.world.schools:
            for terminal in school.terminals:
                if self.city.comes(terminal.collector, day):
                    self.damage(terminal)
                    self.drop_lines(terminal)
                    self.dump_again(terminal)
            self.visit(school, day)
            self.feast(school, day)
            self.thieve(school, day)
            self.lose_card(school, day)

    def damage(self, terminal):
        """Now and then a TAC does not come out of the terminal as the chip gave it."""
        for index, entry in enumerate(terminal.memory):
            if entry.expect == "accepted" and entry.fields.get("key", 0xF0) >> 4 != 15 and entry.fields["kind"] != REVERSAL \
                    and self.rng.random() < BAD_TAC_SHARE:
                wrong = bytes(byte ^ 0x5A for byte in entry.fields["tac"])
                terminal.memory[index] = entry.changed(tac=wrong).copy(expect="tac_bad")

    def drop_lines(self, terminal):
        """A few consecutive records are lost; half of the time the next dump brings them."""
        if len(terminal.memory) < 12 or self.rng.random() >= DROP_SHARE:
            return
        first = self.rng.randrange(3, len(terminal.memory) - 6)
        count = self.rng.randrange(1, 5)
        taken = terminal.memory[first:first + count]
        del terminal.memory[first:first + count]
        if self.rng.random() < 0.5:
            self.delayed.append((terminal, taken))
            terminal.kept_back = len(taken)

    def dump_again(self, terminal):
        """The collector is given the same records a second time the next day."""
        if terminal.memory and self.rng.random() < AGAIN_SHARE:
            self.repeats.append((terminal, [entry.copy(expect="duplicate", flags=frozenset(), outcome=None)
                                            for entry in terminal.memory[-20:]]))

    def bring_back(self):
        """What was left out of a dump, or is dumped twice, comes before this day's records."""
        for terminal, taken in self.delayed + self.repeats:
            terminal.memory = taken + terminal.memory
            terminal.kept_back = 0
        self.delayed, self.repeats = [], []

    def visit(self, school, day):
        """A few cards eat at another school."""
        others = [other for other in self.city.world.schools if other is not school]
        for card in school.cards:
            if others and self.rng.random() < VISITOR_SHARE and card.balance > 3000:
                terminal = self.rng.choice(others).terminals[self.rng.choice((0, 4))]
                terminal.sell(card, self.rng.randrange(200, 1500), self.evening(day, 19, 0))

    def feast(self, school, day):
        """Somebody pays for a whole table."""
        card = self.rng.choice(school.cards) if school.cards else None
        amount = self.rng.randrange(20001, 26000)
        if card and card.balance >= amount and self.rng.random() < BANQUET_SHARE:
            school.terminals[4].sell(card, amount, self.evening(day, 19, 15), flags={"over_limit"})

    def lose_card(self, school, day):
        """Cards reported lost this evening; what becomes of them shows tomorrow."""
        for card in list(school.cards):
            if self.rng.random() < LOST_SHARE and card.card_no not in self.newcomers:
                school.cards.remove(card)
                self.city.world.loss(card, "lost", self.evening(day, 21, 10), "挂失", reported=day)
                fate = self.rng.choices(("found", "replaced", "closed", "gone"), (35, 25, 10, 30))[0]
                self.fates.setdefault(day + datetime.timedelta(days=1), []).append((school, card, fate))
                if fate in ("replaced", "gone"):
                    self.lost.append((school, card, day))

    def morning(self, day):
        """Terminals take the list of the last night, most of them; lost cards are found, replaced or closed."""
        version = int(f"{day - datetime.timedelta(days=1):%Y%m%d}")
        for school in self.city.world.schools:
            for terminal in school.terminals:
                if self.rng.random() < LIST_SHARE:
                    terminal.list_version = version
        for school, card, fate in self.fates.pop(day, ()):
            if fate == "found":
                self.city.world.loss(card, "found", self.evening(day, 6, 30), "解挂", reported=day)
                school.cards.append(card)
            elif fate == "closed":
                self.city.world.loss(card, "closed", self.evening(day, 8, 0), "销户", reported=day)
            elif fate == "replaced":
                self.replace_card(school, card, day)

    def replace_card(self, school, card, day):
        """A new card for the holder of a lost one, empty until its first top-up."""
        world = self.city.world
        row = dict(card.row, counter="0", online_counter="0", balance_fen="0", replaces=card.card_no,
                   issued_on=str(day))
        new = world.make_card({"person_no": row["person_no"], "kind": "student", "school_code": school.code},
                              **{key: value for key, value in row.items() if key not in ("card_no", "person_no")})
        world.hand_in_later(day, "card", new.row)
        world.cash(day, "cardfee", 1500, self.evening(day, 9, 0), new)
        school.cards.append(new)

    def thieve(self, school, day):
        """A finder uses a lost card: the merchant pays where the terminal's list names it, else the bureau."""
        for home, card, since in self.lost:
            if home is school and self.rng.random() < LOCK_SHARE:
                school.machines["bus"].lock(card, self.evening(day, 17, 30))
            if home is school and card.balance > 2000 and self.rng.random() < 0.7:
                terminal, at = school.terminals[4], self.evening(day, 19, 30)
                named = terminal.list_version >= int(f"{since:%Y%m%d}")
                terminal.sell(card, self.rng.randrange(300, 1800), at, expect="merchant_pays" if named else "accepted",
                              flags=() if named else {"blacklisted"})

    def evening(self, day, hour, minute):
        return datetime.datetime.combine(day, datetime.time(hour, minute, self.rng.randrange(60)))

    def bring(self, school, collector, day, at, files):
        """Sends the evening's package: as it should, a night later, never, or cut and then whole again."""
        later = day + datetime.timedelta(days=1)
        delivery = self.city.deliver(day, school, collector, at, files)
        if collector == "02" and self.rng.random() < NO_LINE_SHARE:
            self.postpone(delivery, later)
        elif self.rng.random() < CUT_SHARE:
            whole = later in self.city.days
            cut = package.Delivery(day, delivery.folder, delivery.name, delivery.data[:len(delivery.data) * 2 // 3], [],
                                   "no effect" if whole else "unreadable")
            self.city.deliveries.append(cut)
            self.postpone(delivery, later)

    def postpone(self, delivery, later):
        """The package is on the server a night later; after the last night it never comes."""
        delivery.night = later
        if later not in self.city.days:
            self.city.deliveries.remove(delivery)

    def mark_newcomers(self, delivery):
        """Records that are judged before their card is on file get the flag that this earns them."""
        for log in delivery.files:
            log.entries = [self.marked(entry, delivery.night) for entry in log.entries]

    def marked(self, entry, night):
        known = self.newcomers.get(entry.fields["card"])
        if known is None or night >= known or entry.expect != "accepted" or not entry.fields.get("amount"):
            return entry
        return entry.copy(flags=entry.flags | {"unknown_card"})
