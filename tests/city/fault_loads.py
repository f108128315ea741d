"""Loads, draws and the desk: both counter families, claims and advances, lots of subsidies (P-07, P-08, P-11)."""
import datetime

from laboratory import spoil_tac
from record import DRAW

SUBSIDY_CLASS, OTHER_CLASS = "50", "51"


def loader(lab, home=0, **changes):
    return lab.device(home, "", "load", **changes)


def loads_cards(lab):
    """TACs of every chip and kind, sums, unknown machines, and what is malformed on a load."""
    machine, ghost = loader(lab), lab.ghost()
    for chip in ("cpu3des", "cpusm4", "m1"):
        card = lab.card(chip=chip)
        machine.load(card, 1000, lab.at(0, "09:00:00"))
        machine.load(card, 1100, lab.at(0, "09:01:00"), serial=12345678)
        machine.load(card, 1200, lab.at(0, "09:02:00"), DRAW)
    for kind in (2, DRAW):
        machine.load(lab.card(), 1300, lab.at(0), kind)
        machine.memory.append(spoil_tac(machine.memory.pop()))
        machine.load(lab.card(), 1400, lab.at(0), kind, expect="bad_arithmetic", after=50000)
        machine.load(lab.card(), 1500, lab.at(0), kind, expect="tac_bad", key=0xF0)
        machine.load(lab.card(), 1600, lab.at(0), kind, expect="tac_bad", psam_seq=7, tac=bytes(4))
        machine.load(lab.card(listed=False), 1700, lab.at(0), kind, flags={"unknown_card"})
        machine.load(lab.card(expires_on=str(lab.day(-1))), 1800, lab.at(0), kind, flags={"card_not_valid"})
        machine.load(lab.card(status="lost"), 1900, lab.at(0), kind)
        machine.load(lab.card(), 30000, lab.at(0), kind)
        machine.load(lab.card(), 2000, lab.at(-190), kind, flags={"bad_time"})
        machine.load(lab.card(chip="m1"), 2100, lab.at(0), kind, expect="malformed", serial=100000000)
        ghost.load(lab.card(), 2200, lab.at(0), kind, flags={"unknown_terminal"})
    machine.load(lab.card(), 2**32 - 60000, lab.at(0))
    lab.put(0, machine)
    lab.put(0, ghost)
    lab.put(0, machine, [])
    foreign = loader(lab, 1)
    foreign.load(lab.card(0), 2300, lab.at(0), flags={"unknown_terminal"})
    foreign.load(lab.card(1), 2350, lab.at(0), flags={"unknown_terminal"})
    lab.put(0, foreign, home=0)
    canteen = lab.device(classes="60-79")
    canteen.load(lab.card(), 2400, lab.at(0))
    lab.put(0, canteen)


def counts_online_transactions(lab):
    """R-06 and R-21 of the online family: conflicts, gaps over nights, the same numbers as the offline family."""
    machine, device, card = loader(lab), lab.device(), lab.card(counter="3")
    for number in range(3):
        machine.load(card, 500 + number, lab.at(0, f"0{number + 7}:00:00"))
        device.sell(card, 100 + number, lab.at(0, f"0{number + 7}:30:00"))
    machine.load(card, 510, lab.at(0, "11:00:00"), expect="counter_conflict", counter=3)
    machine.load(card, 511, lab.at(0, "11:01:00"), expect="counter_conflict", counter=5)
    lab.put(0, device)
    lab.put(0, machine)
    gappy = lab.card()
    taken = [machine.load(gappy, 600 + n, lab.at(0, f"1{n}:00:00"), DRAW if n % 2 else 2) for n in range(8)]
    machine.memory = []
    away = {0: 1, 2: None, 3: 2, 4: 1}
    for night in range(3):
        lab.put(night, machine, [entry for n, entry in enumerate(taken) if away.get(n, 0) == night])
    stranger = lab.card(listed=False)
    for counter, night in ((9, 0), (6, 1), (12, 2)):
        machine.load(stranger, 700, lab.at(night, "13:00:00"), counter=counter, flags={"unknown_card"})
        lab.put(night, machine)
    late = lab.late_card(1, online_counter="5")
    for counter, night, flags in ((4, 0, {"unknown_card"}), (5, 0, {"unknown_card"}), (8, 1, ())):
        machine.load(late, 710, lab.at(night, f"1{counter}:00:00"), counter=counter, flags=flags)
        lab.put(night, machine)
    machine.load(late, 720, lab.at(2), counter=5, expect="counter_conflict")
    lab.put(2, machine)


def breaks_links_across_families(lab):
    """balance_break over loads and purchases, silent over a gap of either family, closed when it is filled."""
    machine, device = loader(lab), lab.device()
    card = lab.card()
    device.sell(card, 100, lab.at(0, "08:00:00"))
    machine.load(card, 2000, lab.at(0, "09:00:00"), before=40000)
    device.sell(card, 110, lab.at(0, "10:00:00"))
    machine.load(card, 2100, lab.at(0, "11:00:00"))
    device.sell(card, 120, lab.at(0, "12:00:00"), before=1000, after=880)
    hidden = lab.card()
    device.sell(hidden, 100, lab.at(0, "08:00:00"))
    machine.load(hidden, 3000, lab.at(0, "09:00:00"))
    missing = machine.memory.pop()
    device.sell(hidden, 130, lab.at(0, "10:00:00"))
    machine.load(hidden, 3100, lab.at(0, "11:00:00"))
    device.sell(hidden, 140, lab.at(0, "12:00:00"), before=900, after=760)
    same_second = lab.card()
    device.sell(same_second, 150, lab.at(0))
    machine.load(same_second, 3200, lab.at(0))
    lab.put(0, device)
    lab.put(0, machine)
    lab.put(1, machine, [missing])
    first = lab.card()
    machine.load(first, 100, lab.at(1), before=49999)
    machine.load(lab.card(listed=False), 100, lab.at(1), flags={"unknown_card"})
    lab.put(1, machine)


def claims_top_ups(lab):
    """P-07 and P-11: drawn to the fen, in parts, beyond what waits, before it is paid, and paid back later."""
    machine, world = loader(lab), lab.world
    exact, parts, beyond, advance, mixed, two = (lab.card() for _ in range(6))
    for card, amount in ((exact, 5000), (parts, 5000), (beyond, 5000), (two, 3000)):
        world.cash(lab.day(0), "topup", amount, lab.at(0, "08:00:00"), card)
    machine.load(exact, 5000, lab.at(0))
    machine.load(parts, 1999, lab.at(0))
    machine.load(beyond, 8000, lab.at(0))
    machine.load(advance, 6000, lab.at(0), serial=20000001)
    machine.load(mixed, 4000, lab.at(0), serial=20000002)
    later, sooner = (machine.load(two, amount, lab.at(0, clock)) for amount, clock in
                     ((2000, "12:00:00"), (1500, "11:00:00")))
    machine.memory = [entry for entry in machine.memory if entry not in (later, sooner)] + [sooner, later]
    lab.put(0, machine)
    for card, amount in ((beyond, 1000), (advance, 6000), (mixed, 9000), (exact, 100)):
        world.cash(lab.day(1), "topup", amount, lab.at(1, "08:00:00"), card)
    machine.load(parts, 4000, lab.at(1))
    machine.load(mixed, 7000, lab.at(1))
    machine.load(beyond, 500, lab.at(1))
    lab.put(1, machine)
    for card in (beyond, mixed, parts):
        world.cash(lab.day(2), "topup", 3000, lab.at(2, "08:00:00"), card)
    machine.load(parts, 3000, lab.at(2))
    lab.put(2, machine)


def counts_cash(lab):
    """P-11: fees, to the bank, slips of yesterday and of tomorrow, and a slip handed in twice."""
    world, card = lab.world, lab.card(1)
    first = world.cash(lab.day(0), "cardfee", 1500, lab.at(0), card)
    world.cash(lab.day(0), "topup", 2000, lab.at(-3), card)
    world.cash(lab.day(0), "topup", 2100, lab.at(1, "00:00:00"), card)
    world.cash(lab.day(0), "deposit_to_bank", 50000, lab.at(0, "17:00:00"), bank="6228480000005678")
    world.add_late(lab.day(1), "cash", dict(first))
    world.cash(lab.day(1), "topup", 2200, lab.at(0, "23:59:59"), card)
    world.cash(lab.day(2), "deposit_to_bank", 1, lab.at(2, "17:00:00"), bank="6228480000005678")


def opens_the_books(lab):
    """FORMATS 1 opening: accounts of either side, of owners with and without a school; a lot that never lapses."""
    card, world = lab.card(), lab.world
    merchant = lab.schools[0].merchants["10004"]["merchant_no"]
    person = card.row["person_no"]
    for account, amount in (("1001:0001", 120000), ("1002:6228480000005678", 9900000), ("1122:unknown", 700),
                            ("1298:subsidy_draw", 33), (f"2002:{card.card_no}", 2000), (f"2004:{merchant}", 123456),
                            (f"2203:{card.card_no}", 4000), (f"2205:{card.card_no}", 2500), (f"2206:{person}", 800),
                            ("2298:unknown_card", 44), ("3101:", 5000000), (f"6201:{lab.schools[0].code}", 50)):
        world.add_late(None, "opening", {"account": account, "amount_fen": str(amount)})
    world.add_late(lab.day(1), "opening", {"account": "1001:0001", "amount_fen": "120000"})
    world.add_late(lab.day(1), "opening", {"account": "2298:unknown_terminal", "amount_fen": "55"})
    world.subsidy(None, 1000, lab.day(1), card)
    machine = loader(lab)
    machine.load(card, 1500, lab.at(0, "11:00:00"), DRAW)
    machine.load(card, 2600, lab.at(0, "12:00:00"))
    lab.put(0, machine)
    machine.load(card, 4000, lab.at(2), DRAW)
    lab.put(2, machine)
    world.cash(lab.day(1), "refund", 300, lab.at(1), card)


def draws_subsidies(lab):
    """P-08: oldest first, over several lots, beyond them, late but not lapsed, after the lapse; before the grant."""
    machine, world = loader(lab), lab.world
    cards = [lab.card() for _ in range(6)]
    for card in cards[:5]:
        for days, amount in ((9, 1000), (0, 700), (1, 500)):
            world.subsidy(None, amount, lab.day(days), card)
    oldest, several, beyond, late, idle, early = cards
    machine.load(oldest, 600, lab.at(0, "09:00:00"), DRAW)
    machine.load(oldest, 300, lab.at(0, "10:00:00"), DRAW)
    machine.load(several, 1900, lab.at(0), DRAW)
    machine.load(beyond, 2500, lab.at(0), DRAW)
    machine.load(early, 900, lab.at(0), DRAW)
    lab.put(0, machine)
    machine.load(late, 1200, lab.at(0), DRAW)
    machine.load(late, 200, lab.at(1), DRAW)
    lab.put(1, machine)
    world.subsidy(lab.day(1), 900, lab.day(3), early)
    machine.load(idle, 1500, lab.at(1), DRAW)
    machine.load(early, 100, lab.at(2), DRAW)
    lab.put(2, machine)


def grants_subsidies_by_class(lab):
    """FORMATS 1 subsidy: a class means its cards that are normal now."""
    machine, world = loader(lab), lab.world
    states = ({}, {"status": "locked"}, {"status": "lost"}, {"status": "closed"}, {"expires_on": str(lab.day(-1))},
              {"expires_on": str(lab.day(0))}, {"chip": "m1"})
    cards = [lab.card(card_class=SUBSIDY_CLASS, **state) for state in states]
    left, suspended, lost, found, bad, closed, next_week = (lab.card(card_class=SUBSIDY_CLASS) for _ in range(7))
    for card, status in ((left, "left"), (suspended, "suspended")):
        row = next(row for row in world.rows["person"] if row["person_no"] == card.row["person_no"])
        row["status"] = status
    for card, kind in ((lost, "lost"), (found, "lost"), (bad, "bad"), (closed, "closed")):
        world.loss(card, kind, lab.at(-2), "登记")
    world.loss(found, "found", lab.at(-1), "解挂")
    world.loss(next_week, "lost", lab.at(7), "挂失")
    world.subsidy(None, 1300, lab.day(1), card_class=SUBSIDY_CLASS)
    world.subsidy(lab.day(1), 1400, lab.day(8), card_class=SUBSIDY_CLASS)
    world.subsidy(lab.day(1), 99, lab.day(5), card_class="119")
    world.loss(suspended, "lost", lab.at(1, "08:00:00"), "挂失", reported=lab.day(1))
    late = lab.late_card(1, card_class=SUBSIDY_CLASS)
    for card in (cards[0], cards[1], suspended, found, lost, late):
        machine.load(card, 1300, lab.at(1, "13:00:00"), DRAW)
    lab.put(1, machine)


def lifts_purses_above_zero(lab):
    """negative_balance closes in the run whose load or late reversal fills the purse."""
    machine, device = loader(lab), lab.device()
    loaded, cancelled, both = (lab.card(balance_fen="100") for _ in range(3))
    for card in (loaded, cancelled, both):
        card.balance = 9000
    device.sell(loaded, 700, lab.at(0))
    bought = device.sell(cancelled, 800, lab.at(0))
    device.sell(both, 900, lab.at(0, "10:00:00"))
    lab.put(0, device)
    machine.load(both, 5000, lab.at(0, "11:00:00"))
    machine.load(loaded, 600, lab.at(1))
    device.cancel(cancelled, bought, lab.at(1))
    lab.put(0, machine, machine.memory[:1])
    lab.put(1, machine, machine.dump()[1:])
    device.sell(loaded, 1, lab.at(2))
    lab.put(1, device, device.memory[:1])
    lab.put(2, device, device.dump()[1:])


def brings_loads_from_after_midnight(lab):
    """Accounting dates of loads and draws: late, and in tomorrow's books while the claim is taken tonight."""
    machine, card = loader(lab), lab.card()
    lab.world.cash(lab.day(0), "topup", 1000, lab.at(0), card)
    lab.world.subsidy(None, 800, lab.day(0), card)
    machine.load(card, 900, lab.at(1, "00:05:00"))
    machine.load(card, 700, lab.at(1, "00:06:00"), DRAW)
    made = lab.at(1, "00:20:00")
    lab.ship(0, lab.schools[0], lab.logs(machine, None, made), made)
    machine.load(card, 100, lab.at(1, "00:07:00") - datetime.timedelta(days=1))
    lab.put(1, machine)


SCENARIOS = (
    loads_cards, counts_online_transactions, breaks_links_across_families, claims_top_ups, counts_cash,
    opens_the_books, draws_subsidies, grants_subsidies_by_class, lifts_purses_above_zero,
    brings_loads_from_after_midnight,
)
