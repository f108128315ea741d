"""Money on its way to the cards: cashiers, bank orders, subsidies, and sales that do not end as they should."""
import datetime
import functools
import random

from record import DRAW, LOAD

TOPUP_SHARE = 0.03
CIRCLE_SHARE = 0.015
DRAW_SHARE = 0.3
LATER_SHARE = 0.15
GRAY_SHARE = 0.004
CANCEL_SHARE = 0.004
BANK_ACCOUNT = "6228480000001234"
# day of the batch, class, fen, days until it lapses
BATCHES = ((0, "2", 6000, 3), (0, "3", 2500, 1), (2, "3", 4000, 20), (5, "2", 3000, 9))


class Money:
    """The desk, the bank and the bureau's batches, as the pupils meet them at the load machines."""

    def __init__(self, city, trouble):
        self.city, self.trouble, self.world = city, trouble, city.world
        self.rng = random.Random(f"money {city.options.seed}")
        self.serial = 20000000
        self.owed = {}
        self.lots = {}
        for school in self.world.schools:
            for card in school.cards:
                if self.rng.random() < 0.05 and card.card_no not in trouble.newcomers:
                    valid_to = city.days[0] + datetime.timedelta(days=self.rng.randrange(2, 12))
                    self.world.subsidy(None, 1700, valid_to, card)
                    self.lots.setdefault(card.card_no, []).append((1700, valid_to))

    def plan(self, day):
        """What the holders do beside eating, as (time, card number, what happens then)."""
        self.grant(self.city.days.index(day), day)
        for school in self.world.schools:
            taken = 0
            for card in school.cards:
                if card.card_no not in self.trouble.newcomers:
                    for event in self.plan_card(school, card, day):
                        taken += event[3]
                        yield event[:3]
            if taken:
                self.world.cash(day, "deposit_to_bank", taken, self.clock(day, 17, 0), bank=BANK_ACCOUNT)

    def grant(self, index, day):
        """The bureau's batches of the day, by class."""
        for number, card_class, amount, days in BATCHES:
            if number == index:
                valid_to = day + datetime.timedelta(days=days)
                self.world.subsidy(day, amount, valid_to, card_class=card_class)
                for school in self.world.schools:
                    for card in school.cards:
                        if card.row["card_class"] == card_class and card.row["status"] == "normal":
                            self.lots.setdefault(card.card_no, []).append((amount, valid_to))

    def clock(self, day, hour, minute):
        return datetime.datetime.combine(day, datetime.time(hour, minute, self.rng.randrange(60)))

    def plan_card(self, school, card, day):
        """Events of one card, each with the cash that it brings to the cashier."""
        machine = school.machines["loader"]
        due = self.owed.pop(card.card_no, 0)
        share = 0.9 if card.row["replaces"] and not card.counter else TOPUP_SHARE
        if self.rng.random() < share:
            amount, paid = self.rng.randrange(20, 200) * 100, self.clock(day, self.rng.randrange(9, 16), 15)
            self.world.cash(day, "topup", amount, paid, card)
            yield paid, card.card_no, lambda at: None, amount
            if self.rng.random() < LATER_SHARE:
                self.owed[card.card_no] = amount
            else:
                due += amount
        if due:
            at = self.clock(day, self.rng.randrange(16, 18), self.rng.randrange(30))
            yield at, card.card_no, functools.partial(self.load, card, machine, due, 0), 0
        if self.rng.random() < CIRCLE_SHARE:
            self.serial += 1
            at = self.clock(day, self.rng.randrange(13, 16), self.rng.randrange(60))
            yield at, card.card_no, functools.partial(self.load, card, machine, 5000, self.serial), 0
        for amount, valid_to in self.lots.get(card.card_no, ())[:]:
            if valid_to >= day and self.rng.random() < DRAW_SHARE:
                self.lots[card.card_no].remove((amount, valid_to))
                at = self.clock(day, 10, self.rng.randrange(60))
                yield at, card.card_no, functools.partial(self.draw, card, machine, amount), 0

    @staticmethod
    def load(card, machine, amount, serial, at):
        machine.load(card, amount, at, LOAD, serial=serial)

    @staticmethod
    def draw(card, machine, amount, at):
        machine.load(card, amount, at, DRAW)

    def sell(self, card, terminal, amount, kind, at):
        """A sale, if the purse holds it; now and then the answer is lost, or the sale is taken back at once."""
        if card.balance < amount:
            return
        roll = self.rng.random()
        if card.card_no in self.trouble.newcomers or roll >= GRAY_SHARE + CANCEL_SHARE:
            terminal.sell(card, amount, at, kind)
        elif roll < GRAY_SHARE or terminal.log_format != "pos-bin/1":
            tac = {} if self.rng.random() < 0.5 else {"tac": bytes(4)}
            terminal.gray(card, amount, at, self.rng.random() < 0.6, kind, **tac)
        else:
            bought = terminal.sell(card, amount, at, kind)
            terminal.cancel(card, bought, at + datetime.timedelta(seconds=self.rng.randrange(20, 200)), expect=None)
