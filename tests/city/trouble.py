"""The small accidents of every city: bad TACs, lost lines, visitors, lost cards, collectors without a line."""
import datetime
import random

BAD_TAC_SHARE = 0.0015
VISITOR_SHARE = 0.002
LOST_SHARE = 0.0015


class Trouble:
    """About one record in a hundred has a story; the rest of the city never notices."""

    def __init__(self, city):
        self.city = city
        self.rng = random.Random(f"trouble {city.options.seed}")
        self.lost = []
        self.delayed = []

    def stir(self, day):
        """After the day's sales and before the collectors come."""
        self.bring_back()
        for school in self.city.world.schools:
            for terminal in school.terminals:
                self.damage(terminal)
                self.drop_lines(terminal)
            self.visit(school, day)
            self.thieve(school, day)
            self.lose_card(school, day)

    def damage(self, terminal):
        """Now and then a TAC does not come out of the terminal as the chip gave it."""
        for index, entry in enumerate(terminal.memory):
            if entry.fields["key"] >> 4 != 15 and self.rng.random() < BAD_TAC_SHARE:
                wrong = bytes(byte ^ 0x5A for byte in entry.fields["tac"])
                terminal.memory[index] = entry.changed(tac=wrong).copy(expect="tac_bad")

    def drop_lines(self, terminal):
        """A few consecutive records are lost; half of the time the next dump brings them."""
        if len(terminal.memory) < 12 or self.rng.random() >= 0.04:
            return
        first = self.rng.randrange(3, len(terminal.memory) - 6)
        count = self.rng.randrange(1, 5)
        taken = terminal.memory[first:first + count]
        del terminal.memory[first:first + count]
        if self.rng.random() < 0.5:
            self.delayed.append((terminal, taken))

    def visit(self, school, day):
        """A few cards eat at another school."""
        others = [other for other in self.city.world.schools if other is not school]
        for card in school.cards:
            if others and self.rng.random() < VISITOR_SHARE and card.balance > 3000:
                terminal = self.rng.choice(others).terminals[self.rng.choice((0, 4))]
                at = datetime.datetime.combine(day, datetime.time(19, 0, self.rng.randrange(60)))
                terminal.sell(card, self.rng.randrange(200, 1500), at)

    def lose_card(self, school, day):
        """Cards reported lost this evening; a finder uses them from tomorrow."""
        for card in list(school.cards):
            if self.rng.random() < LOST_SHARE:
                school.cards.remove(card)
                at = datetime.datetime.combine(day, datetime.time(21, 10, self.rng.randrange(60)))
                self.city.world.loss(card, "lost", at, "挂失", reported=day)
                self.lost.append((school, card))

    def thieve(self, school, day):
        for home, card in self.lost:
            if home is school and card.balance > 2000 and self.rng.random() < 0.7:
                at = datetime.datetime.combine(day, datetime.time(19, 30, self.rng.randrange(60)))
                school.terminals[4].sell(card, self.rng.randrange(300, 1800), at, flags={"blacklisted"})

    def bring_back(self):
        """What was left out of a dump comes with the next one, before that day's records."""
        for terminal, taken in self.delayed:
            terminal.memory = taken + terminal.memory
        self.delayed = []

    def night_of_arrival(self, school, collector, day):
        """The night that finds the package; a collector without line brings it a day later, or never."""
        days = self.city.days
        if collector == "02" and self.rng.random() < 0.05:
            later = day + datetime.timedelta(days=1)
            return later if later in days else None
        return day

