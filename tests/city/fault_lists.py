"""Lost cards and who pays (R-09, P-04, P-14, P-15): lists before and after they named a card, and drain windows."""
import datetime

from record import DRAW
from status import status_row

PAYS, BUREAU = "merchant_pays", {"blacklisted"}


def version(lab, night):
    """The number of the list made in a night."""
    return int(f"{lab.day(night):%Y%m%d}")


def asks_the_terminals_list(lab):
    """Lost days ago: the first list that names the card is that of the night in which the report came."""
    device, flagged = lab.device(), {"flags": BUREAU}
    card = lab.card()
    lab.world.loss(card, "lost", lab.at(-3), "挂失")
    device.sell(card, 300, lab.at(-4), list_version=version(lab, 1))
    for amount, number, expect in ((310, 0, flagged), (320, version(lab, -3), flagged),
                                   (330, version(lab, -1), flagged), (340, version(lab, 0), {"expect": PAYS})):
        device.sell(card, amount, lab.at(0, "13:00:00"), list_version=number, **expect)
    lab.put(1, device)
    opening = lab.card(status="lost")
    device.sell(opening, 350, lab.at(0), list_version=version(lab, -1), flags=BUREAU)
    device.sell(opening, 360, lab.at(1), list_version=version(lab, 0), expect=PAYS)
    lab.put(1, device)


def follows_reports_over_nights(lab):
    """Reported, found and reported again: the list counts from the last report; a report comes two nights late."""
    device, card, slow = lab.device(), lab.card(), lab.card()
    world = lab.world
    world.loss(card, "lost", lab.at(0, "09:00:00"), "挂失")
    world.loss(card, "found", lab.at(1, "09:00:00"), "解挂", reported=lab.day(1))
    world.loss(card, "lost", lab.at(2, "09:00:00"), "挂失", reported=lab.day(2))
    named, late = version(lab, 0), version(lab, 1)
    device.sell(card, 400, lab.at(0, "10:00:00"), list_version=version(lab, -1), flags=BUREAU)
    device.sell(card, 410, lab.at(0, "11:00:00"), list_version=named, expect=PAYS)
    lab.put(0, device)
    device.sell(card, 420, lab.at(1, "08:00:00"), list_version=named, expect=PAYS)
    device.sell(card, 430, lab.at(1, "10:00:00"), list_version=named)
    lab.put(1, device)
    device.sell(card, 440, lab.at(2, "08:00:00"), list_version=named)
    device.sell(card, 450, lab.at(2, "10:00:00"), list_version=late, flags=BUREAU)
    world.loss(slow, "lost", lab.at(0, "09:00:00"), "挂失", reported=lab.day(2))
    device.sell(slow, 460, lab.at(1), list_version=version(lab, 0), flags=BUREAU)
    device.sell(slow, 470, lab.at(2), list_version=version(lab, 1), flags=BUREAU)
    lab.put(2, device)


def is_named_and_found_within_a_day(lab):
    """Lost and found before midnight: no list ever named the card; lost, found and lost again: one does."""
    device, brief, again = lab.device(), lab.card(), lab.card()
    for card, hours in ((brief, (9, 12)), (again, (9, 12, 15))):
        for number, hour in enumerate(hours):
            lab.world.loss(card, "found" if number % 2 else "lost", lab.at(0, f"{hour:02d}:00:00"), "登记")
    device.sell(brief, 480, lab.at(0, "10:00:00"), list_version=version(lab, 0), flags=BUREAU)
    device.sell(brief, 481, lab.at(0, "13:00:00"), list_version=version(lab, 0))
    device.sell(again, 490, lab.at(0, "10:00:00"), list_version=version(lab, 0), expect=PAYS)
    device.sell(again, 491, lab.at(0, "16:00:00"), list_version=version(lab, 0), expect=PAYS)
    device.sell(again, 492, lab.at(0, "17:00:00"), list_version=version(lab, -1), flags=BUREAU)
    lab.put(1, device)


def keeps_bad_cards_on_lists_only(lab):
    """A bad card is named, but its records are plain; a card bad first and lost then is named since the loss."""
    device, bad, both = lab.device(), lab.card(), lab.card()
    lab.world.loss(bad, "bad", lab.at(-2), "坏卡")
    device.sell(bad, 500, lab.at(0), list_version=version(lab, 0))
    lab.world.loss(both, "bad", lab.at(-5), "坏卡")
    lab.world.loss(both, "lost", lab.at(1, "09:00:00"), "挂失", reported=lab.day(1))
    device.sell(both, 510, lab.at(1, "10:00:00"), list_version=version(lab, 0), flags=BUREAU)
    lab.put(1, device)
    device.sell(both, 520, lab.at(2), list_version=version(lab, 1), expect=PAYS)
    lab.put(2, device)


def refuses_sales_of_every_sort(lab):
    """R-09 elsewhere: at other schools, at unknown terminals, twice under one counter; loads are never refused."""
    far, ghost, machine = lab.device(1), lab.ghost(), lab.device(suffix="", kind="load")
    card, lists = lab.card(), {"list_version": version(lab, 1)}
    lab.world.loss(card, "lost", lab.at(-1), "挂失")
    far.sell(card, 530, lab.at(0, "10:00:00"), expect=PAYS, **lists)
    ghost.sell(card, 540, lab.at(0, "11:00:00"), expect=PAYS, **lists)
    ghost.sell(card, 550, lab.at(0, "12:00:00"), counter=card.counter, flags=BUREAU | {"unknown_terminal"})
    machine.load(card, 560, lab.at(0, "13:00:00"), **lists)
    machine.load(card, 570, lab.at(0, "13:30:00"), DRAW, **lists)
    far.sell(card, 580, lab.at(0, "14:00:00"), expect="counter_conflict", counter=card.counter, **lists)
    for device in (far, ghost, machine):
        lab.put(0, device)


def in_use(lab, devices, balance, night=0, **changes):
    """A card with a purchase of yesterday on each device, sent in a night."""
    card = lab.card(balance_fen=str(balance), **changes)
    for number, device in enumerate(devices):
        device.sell(card, 100, lab.at(-9) + datetime.timedelta(minutes=number))
        lab.put(night, device)
    return card


def successor(lab, old, night=None):
    """A card in the place of an old one, on file at cut-over or before a night."""
    row = {key: value for key, value in old.row.items() if key not in ("card_no", "person_no")}
    person = {"person_no": old.row["person_no"], "kind": "student", "school_code": old.school}
    new = lab.world.make_card(person, **dict(row, counter="0", online_counter="0", balance_fen="0", status="normal",
                                             replaces=old.card_no))
    if night is not None:
        lab.world.hand_in_later(lab.day(night), "card", new.row)
    return new


def empty(lab, night, devices, clock="21:00:00", home=0, **lies):
    lab.say(night, home, *(status_row(device, lab.at(night, clock), **lies) for device in devices))


def drains_closed_cards(lab):
    """P-14: seven days after the closing and once every device has said that it holds nothing more."""
    devices, world = [lab.device(), lab.device(suffix="", kind="load")], lab.world
    card = in_use(lab, devices[:1], 5000)
    world.loss(card, "closed", lab.at(-8), "销户")
    world.subsidy(None, 1200, lab.day(9), card)
    world.add_late(None, "opening", {"account": f"2002:{card.card_no}", "amount_fen": "2000"})
    world.cash(lab.day(0), "topup", 700, lab.at(-9), card)
    negative = in_use(lab, devices[:1], 5000)
    negative.balance = 9000
    devices[0].sell(negative, 8000, lab.at(-8, "09:00:00"))
    lab.put(0, devices[0])
    world.loss(negative, "closed", lab.at(-8), "销户")
    world.cash(lab.day(0), "topup", 600, lab.at(-9), negative)
    empty(lab, 1, devices)
    devices[0].sell(card, 300, lab.at(-8, "10:00:00"))
    devices[1].load(card, 2500, lab.at(-8, "11:00:00"))
    lab.put(2, devices[0])
    lab.put(2, devices[1])
    if lab.has_night(3):
        world.cash(lab.day(3), "refund", 700, lab.at(3), card)
        empty(lab, 3, devices)


def drains_replaced_cards(lab):
    """P-15: purse, top-up and lots go to the new card; it wins over P-14; found again stops it."""
    device, world = lab.device(), lab.world
    for kind in ("lost", "bad", "closed"):
        old = in_use(lab, [device], 6000)
        world.loss(old, kind, lab.at(-8), "登记")
        world.subsidy(None, 500, lab.day(1), old)
        world.subsidy(None, 600, lab.day(8), old)
        world.cash(lab.day(0), "topup", 900, lab.at(-9), old)
        new = successor(lab, old, 1 if kind == "bad" else None)
        machine = lab.device(suffix="", kind="load")
        machine.load(new, 6800, lab.at(2))
        machine.load(new, 550, lab.at(2, "13:00:00"), DRAW)
        lab.put(2, machine)
    found = in_use(lab, [device], 6100)
    world.loss(found, "lost", lab.at(-8), "挂失")
    world.loss(found, "found", lab.at(-7), "解挂")
    successor(lab, found)
    waiting = in_use(lab, [device], 6200)
    world.loss(waiting, "closed", lab.at(-8), "销户")
    world.loss(waiting, "found", lab.at(2), "解挂", reported=lab.day(2))
    plain = in_use(lab, [device], 6300)
    world.loss(plain, "lost", lab.at(-8), "挂失")
    unseen = lab.card(balance_fen="6400")
    world.loss(unseen, "closed", lab.at(-8), "销户")
    empty(lab, 1, [device])


def waits_for_the_drain_window(lab):
    """Neither before the seventh day, nor before the last device: its row must be later, and say 0."""
    world, world_devices = lab.world, [lab.device() for _ in range(6)]
    for days, device in zip((-5, -6, -7), world_devices):
        card = in_use(lab, [device], 7000 - days)
        world.loss(card, "closed", lab.at(days, "23:59:59"), "销户")
        empty(lab, 0, [device])
    late, busy, early = world_devices[3:]
    card = in_use(lab, [late, busy, early], 7100)
    world.loss(card, "closed", lab.at(-8), "销户")
    empty(lab, 0, [late])
    empty(lab, 0, [busy], uncollected=1)
    lab.say(0, 0, status_row(early, lab.at(-8)))
    empty(lab, 1, [busy])
    empty(lab, 2, [early])
    again = in_use(lab, [late], 7200)
    world.loss(again, "closed", lab.at(-9, "13:00:00"), "销户")
    world.loss(again, "bad", lab.at(-5), "坏卡")


def asks_only_devices_that_matter(lab):
    """Records of 30 days, pos, load and bus devices on file; gates, ghosts and older records do not hold it up."""
    world, ghost, gate, old = lab.world, lab.ghost(), lab.device(suffix="", kind="gate"), lab.device()
    card = lab.card(balance_fen="8000")
    world.loss(card, "closed", lab.at(-10), "销户")
    ghost.sell(card, 100, lab.at(-11), flags={"unknown_terminal"})
    gate.sell(card, 110, lab.at(-11, "13:00:00"), flags={"unknown_terminal"})
    old.sell(card, 120, lab.at(-29, "00:00:00") - datetime.timedelta(seconds=1))
    for device in (ghost, gate, old):
        lab.put(0, device)
    edge, device = lab.card(balance_fen="8100"), lab.device()
    world.loss(edge, "closed", lab.at(-10), "销户")
    device.sell(edge, 130, lab.at(-28, "00:00:00"))
    lab.put(0, device)
    held, other = lab.card(balance_fen="8200"), lab.device()
    world.loss(held, "closed", lab.at(-10), "销户")
    other.sell(held, 140, lab.at(-11), expect="bad_arithmetic", after=1)
    lab.put(0, other)
    empty(lab, 1, [other])


def keeps_lots_in_order_when_cards_are_replaced(lab):
    """P-15 with P-08: moved lots are drawn among the new card's own, and lapse there."""
    old = lab.card(balance_fen="0")
    new = successor(lab, old)
    lab.world.loss(old, "lost", lab.at(-8), "挂失")
    for card, days, amount in ((old, 1, 300), (old, 6, 310), (new, 4, 320), (new, 2, 330)):
        lab.world.subsidy(None, amount, lab.day(days), card)
    machine = lab.device(suffix="", kind="load")
    machine.load(new, 500, lab.at(1), DRAW)
    lab.put(1, machine)


SCENARIOS = (
    asks_the_terminals_list, follows_reports_over_nights, is_named_and_found_within_a_day,
    keeps_bad_cards_on_lists_only, refuses_sales_of_every_sort, drains_closed_cards, drains_replaced_cards,
    waits_for_the_drain_window, asks_only_devices_that_matter, keeps_lots_in_order_when_cards_are_replaced,
)
