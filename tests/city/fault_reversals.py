"""Reversals (R-08, P-05): original late, twice, unmatched, waiting over nights, and of every sort of purchase."""
import datetime

from laboratory import duplicate, spoil_tac


def waiting(device, outcome):
    """The last record of the device is a reversal that is held first; what becomes of it in the end."""
    device.memory[-1] = device.memory[-1].copy(expect="unmatched_reversal", outcome=outcome)
    return device.memory[-1]


def cancels_purchases(lab):
    """Right after the purchase, hours later, on the next day, after other purchases, on every chip."""
    device = lab.device(suffix=lab.merchant())
    for chip in ("cpu3des", "cpusm4", "m1"):
        card = lab.card(chip=chip)
        bought = device.sell(card, 700, lab.at(0, "11:00:00"))
        device.cancel(card, bought, lab.at(0, "11:00:30"))
        later = device.sell(card, 710, lab.at(0, "12:00:00"), 9)
        device.sell(card, 720, lab.at(0, "13:00:00"))
        device.cancel(card, later, lab.at(0, "15:00:00"))
        morning = device.sell(card, 730, lab.at(0, "16:00:00"))
        lab.put(0, device)
        device.cancel(card, morning, lab.at(1, "08:00:00"))
        device.sell(card, 50, lab.at(1, "09:00:00"))
        lab.put(1, device)


def cancels_more_than_it_sells(lab):
    """A day of reversals only: turnover below zero, no fee, and the reversal's own meal."""
    device, card = lab.device(suffix=lab.merchant()), lab.card()
    sold = [device.sell(card, 800 + n, lab.at(0, f"0{7 + n}:00:00")) for n in range(3)]
    lab.put(0, device)
    for number, bought in enumerate(sold):
        device.cancel(card, bought, lab.at(1, f"1{number * 4}:30:00"))
    lab.put(1, device)
    merchant = lab.merchant(1)
    home, visitor = lab.device(1, merchant), lab.card(0)
    bought = home.sell(visitor, 840, lab.at(0))
    home.cancel(visitor, bought, lab.at(0, "12:30:00"))
    lab.put(0, home)


def meets_its_original_late(lab):
    """The reversal first: in one run by order of files, or nights before its purchase."""
    device, card = lab.device(), lab.card()
    for night, amount in ((0, 510), (1, 520), (2, 530)):
        bought = device.sell(card, amount, lab.at(0, f"1{night}:00:00"))
        device.cancel(card, bought, lab.at(0, f"1{night}:30:00"))
        if night:
            waiting(device, "accepted")
        purchase, reversal = device.dump()
        lab.put(0, device, [reversal, purchase] if night == 0 else [reversal])
        if night:
            lab.put(night, device, [purchase])


def waits_three_days_for_its_original(lab):
    """Asked until the third day after the run that held it, and not on the fourth."""
    for nights, outcome in ((3, "accepted"), (4, "unmatched_reversal")):
        device, card = lab.device(), lab.card()
        bought = device.sell(card, 540, lab.at(0, "10:00:00"))
        device.cancel(card, bought, lab.at(0, "10:01:00"))
        waiting(device, outcome if lab.has_night(nights) else "unmatched_reversal")
        purchase, reversal = device.dump()
        lab.put(0, device, [reversal])
        if lab.has_night(nights):
            lab.put(nights, device, [purchase])


def cancels_twice(lab):
    """The second reversal of a purchase stays unmatched, in the same run or a night later; copies are duplicates."""
    device, card, other = lab.device(), lab.card(), lab.card()
    bought = device.sell(card, 550, lab.at(0, "10:00:00"))
    first = device.cancel(card, bought, lab.at(0, "10:01:00"))
    device.cancel(card, bought, lab.at(0, "10:02:00"))
    second = waiting(device, "unmatched_reversal")
    lab.put(0, device, [*device.dump(), duplicate(first)])
    bought = device.sell(other, 560, lab.at(0, "10:00:00"))
    device.cancel(other, bought, lab.at(0, "10:01:00"))
    lab.put(0, device)
    device.cancel(other, bought, lab.at(1, "10:02:00"))
    waiting(device, "unmatched_reversal")
    lab.put(1, device, [duplicate(second), *device.dump()])
    early = lab.card()
    bought = device.sell(early, 565, lab.at(2, "10:00:00"))
    device.cancel(early, bought, lab.at(1, "10:02:00"))
    waiting(device, "accepted")
    device.cancel(early, bought, lab.at(1, "10:01:00"))
    waiting(device, "unmatched_reversal")
    purchase, late, soon = device.dump()
    lab.put(1, device, [soon.copy(outcome="accepted"), late.copy(outcome="unmatched_reversal")])
    lab.put(2, device, [purchase])


def cancels_what_is_not_there(lab):
    """No such sequence, another device, card, amount or epoch, a load, a reversal, a held purchase, itself."""
    device, other, machine = lab.device(), lab.device(), lab.device(suffix="", kind="load")
    card, stranger = lab.card(), lab.card()
    bought = device.sell(card, 570, lab.at(0, "10:00:00"))
    reversed_one = device.sell(card, 575, lab.at(0, "10:10:00"))
    device.cancel(card, reversed_one, lab.at(0, "10:11:00"))
    sequence = device.memory[-1].fields["seq"]
    bad = device.sell(stranger, 580, lab.at(0, "10:20:00"))
    device.memory[-1] = spoil_tac(bad)
    for who, entry, lies in ((card, bought, {"reference": 4000}), (stranger, bought, {}), (card, bought, {"amount": 571}),
                             (card, reversed_one, {"reference": sequence}), (stranger, bad, {})):
        device.cancel(who, entry, lab.at(0, "11:00:00"), **lies)
        waiting(device, "unmatched_reversal")
    device.cancel(card, bought, lab.at(0, "11:10:00"), reference=device.next_seq)
    waiting(device, "unmatched_reversal")
    other.cancel(card, bought, lab.at(0, "11:20:00"))
    waiting(other, "unmatched_reversal")
    loaded = machine.load(card, 1000, lab.at(0, "12:00:00"))
    machine.cancel(card, loaded, lab.at(0, "12:01:00"))
    waiting(machine, "unmatched_reversal")
    lab.put(0, device)
    device.reset()
    device.next_seq = 50
    device.cancel(card, bought, lab.at(0, "13:00:00"))
    waiting(device, "unmatched_reversal")
    lab.put(0, device)
    for terminal in (other, machine):
        lab.put(0, terminal)


def cancels_with_errors(lab):
    """Wrong sums, another counter than the purchase's, conflicts, an unknown device and a wrong clock."""
    device, card = lab.device(), lab.card()
    bought = device.sell(card, 590, lab.at(0, "10:00:00"))
    device.cancel(card, bought, lab.at(0, "10:01:00"), expect="bad_arithmetic", after=1)
    card.balance = bought.fields["after"]
    device.cancel(card, bought, lab.at(0, "10:02:00"), expect="unmatched_reversal", counter=2)
    device.memory[-1] = device.memory[-1].copy(outcome="accepted")
    right = device.memory[-1]
    other = lab.card()
    first = device.sell(other, 595, lab.at(0, "11:00:00"))
    device.cancel(other, first, lab.at(-190, "11:00:00"), flags={"bad_time"})
    conflict = right.changed(amount=591, after=right.fields["after"] + 1).copy(expect="conflict", outcome="conflict")
    lab.put(0, device, [*device.dump(), conflict])
    ghost, guest = lab.ghost(), lab.card()
    bought = ghost.sell(guest, 596, lab.at(0, "10:00:00"), flags={"unknown_terminal"})
    ghost.cancel(guest, bought, lab.at(0, "10:01:00"), flags={"unknown_terminal"})
    lab.put(0, ghost)


def cancels_every_posting(lab):
    """P-05 mirrors what P-01 to P-06 did, whatever is known by then."""
    far, device = lab.device(1), lab.device()
    stolen, stranger = lab.card(status="lost"), lab.card(listed=False)
    cards = ((lab.card(0), (), ()), (stolen, {"blacklisted"}, ()), (stranger, {"unknown_card"}, {"unknown_card"}),
             (lab.card(1), (), ()))
    for card, flags, again in cards:
        bought = far.sell(card, 450, lab.at(0, "10:00:00"), flags=flags)
        far.cancel(card, bought, lab.at(0, "10:01:00"), flags=again)
    lab.put(0, far)
    late = lab.late_card(1)
    bought = device.sell(late, 460, lab.at(0), flags={"unknown_card"})
    lab.put(0, device)
    device.cancel(late, bought, lab.at(1, "10:01:00"))
    lab.put(1, device)
    loader, card = lab.device(suffix="", kind="load"), lab.card()
    bought = loader.sell(card, 470, lab.at(0, "10:00:00"), flags={"unknown_terminal"})
    loader.cancel(card, bought, lab.at(0, "10:01:00"))
    lab.put(0, loader)
    closing = lab.card()
    lab.world.loss(closing, "closed", lab.at(0, "10:00:30"), "销户")
    bought = device.sell(closing, 480, lab.at(0, "10:00:00"))
    device.cancel(closing, bought, lab.at(0, "10:01:00"), flags={"card_not_valid"})
    lab.put(1, device)


def cancels_refused_purchases(lab):
    """A purchase that the merchant pays is not accepted, so nothing is cancelled."""
    device, card = lab.device(), lab.card()
    lab.world.loss(card, "lost", lab.at(-2), "挂失")
    bought = device.sell(card, 490, lab.at(1), expect="merchant_pays", list_version=int(f"{lab.day(0):%Y%m%d}"))
    device.cancel(card, bought, lab.at(1, "12:01:00"))
    waiting(device, "unmatched_reversal")
    lab.put(1, device)


def breaks_links_of_reversals(lab):
    """balance_break: a reversal whose balance does not follow, and the purchase after it."""
    device, card = lab.device(), lab.card()
    bought = device.sell(card, 500, lab.at(0, "10:00:00"))
    device.cancel(card, bought, lab.at(0, "10:01:00"), before=49000)
    device.sell(card, 505, lab.at(0, "10:02:00"), before=44000, after=43495)
    other = lab.card()
    first = device.sell(other, 510, lab.at(0, "10:00:00"))
    device.sell(other, 511, lab.at(0, "11:00:00"))
    device.cancel(other, first, lab.at(0, "12:00:00"), before=1000)
    device.sell(other, 512, lab.at(0, "13:00:00"), before=2000, after=1488)
    lab.put(0, device)
    slow = lab.card()
    bought = device.sell(slow, 515, lab.at(0, "10:00:00"))
    device.cancel(slow, bought, lab.at(0, "10:00:00") - datetime.timedelta(minutes=3))
    device.sell(slow, 516, lab.at(0, "10:20:00"))
    lab.put(0, device)


SCENARIOS = (
    cancels_purchases, cancels_more_than_it_sells, meets_its_original_late, waits_three_days_for_its_original,
    cancels_twice, cancels_what_is_not_there, cancels_with_errors, cancels_every_posting, cancels_refused_purchases,
    breaks_links_of_reversals,
)
