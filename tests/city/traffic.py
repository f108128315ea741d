"""Who goes where on a day: gates and attendance readers morning and evening, school buses, dormitories, the bathhouse.

About two identity records for each money record of city.py.
"""
import datetime
import functools
import random

STOPS = ("火车站", "人民公园", "A&B <东>口", "𠮷祥里", "第三中学")
FARE_FEN = (100, 200)
BATH_FEN = (50, 600)
QUIET_SHARE = 0.04


def moment(day, rng, first, last):
    """A moment of the day between two minutes."""
    return datetime.datetime.combine(day, datetime.time()) + datetime.timedelta(seconds=rng.randrange(first * 60, last * 60))


def plan_rides(city, school, card, day, money):
    """The sales of a card's day at the bus and the bathhouse, as city.plan gives them."""
    rng = city.rng

    def sale(first, last, name, amount, kind):
        return moment(day, rng, first, last), card.card_no, functools.partial(money.sell, card, school.machines[name],
                                                                              amount, kind)
    if card.rides:
        for first, last in ((390, 440), (985, 1010)):
            if rng.random() < 0.9:
                yield sale(first, last, "bus", rng.choice(FARE_FEN), 6)
    if card.boards and rng.random() < 0.5:
        yield sale(1115, 1200, "bathhouse", rng.randrange(*BATH_FEN), rng.choice((6, 9)))


def move(city, day):
    """The day's identity records of every school, each machine's in the order of the clock."""
    rng = random.Random(f"traffic {city.options.seed} {day}")
    for school in city.world.schools:
        seen = []
        for card in school.cards:
            if not city.is_quiet(day) or rng.random() < QUIET_SHARE:
                seen += walk(rng, card, day)
        seen += alarms(rng, day)
        for at, name, fields in sorted(seen, key=lambda event: (event[0], event[1], event[2].get("card", ""))):
            school.machines[name].see(at, **fields)


def walk(rng, card, day):
    """(time, machine, fields) of what the machines see of a card on a day."""
    if rng.random() < 0.04:
        return
    arrives, leaves = moment(day, rng, 430, 475), moment(day, rng, 985, 1040)
    if not card.boards:
        yield gate(rng, card, arrives, "in")
        yield gate(rng, card, leaves, "out")
    yield punch(rng, card, arrives + datetime.timedelta(seconds=rng.randrange(40, 300)), "I")
    yield punch(rng, card, leaves - datetime.timedelta(seconds=rng.randrange(40, 300)), rng.choice("OO-"))
    if card.rides:
        for at, side in ((arrives, -1), (leaves, 1)):
            for minutes, direction in ((side * 20, "on"), (side * 20 + 15, "off")):
                yield (at + datetime.timedelta(minutes=minutes), "bus door",
                       {"card": card.card_no, "kind": "bus", "dir": direction, "result": "granted",
                        "stop": rng.choice(STOPS)})
    if card.boards:
        for at, direction in ((arrives, "out"), (moment(day, rng, 1205, 1285), "in")):
            yield at, "dorm", {"card": card.card_no, "kind": "dorm", "dir": direction, "result": "granted"}


def gate(rng, card, at, direction):
    denied = rng.random() < 0.01
    number = "" if denied and rng.random() < 0.5 else card.card_no
    return at, "gate", {"card": number, "kind": "gate", "dir": direction, "result": "denied" if denied else "granted"}


def punch(rng, card, at, direction):
    """An attendance reader's record; a photo may know nobody."""
    method = rng.choices(("card", "finger", "card+finger", "photo"), (80, 10, 5, 5))[0]
    number = "" if method == "photo" and rng.random() < 0.3 else card.card_no
    result = "unknown" if not number else rng.choices(("ok", "early", "repeat", "black"), (95, 2, 2, 1))[0]
    return at, "reader", {"card": number, "direction": direction, "method": method, "result": result}


def alarms(rng, day):
    """Now and then a door calls for help."""
    for name in ("gate", "dorm", "bus door"):
        if rng.random() < 0.2:
            kind = rng.choice(("tamper", "fire", "forced", "help"))
            yield moment(day, rng, 1, 1285), name, {"element": "alarm", "kind": kind}
