"""Grays (R-07): decided by what the card did next, both ways, by nobody, early, late, in chains, and into R-09."""
import datetime

from laboratory import duplicate, spoil_tac

POSTED, VOID = "accepted", "void"


def gray(device, card, amount, at, debited, outcome, flags=(), **lies):
    """A gray with what must become of it in the end: POSTED, VOID, or gray for ever."""
    entry = device.gray(card, amount, at, debited, flags=flags, **lies)
    device.memory[-1] = entry.copy(outcome=outcome)
    return device.memory[-1]


def decides_grays_by_the_next_transaction(lab):
    """Both ways, in the run that holds them: by a purchase, by a load, with and without a TAC, on every chip."""
    device, machine = lab.device(), lab.device(suffix="", kind="load")
    for chip, tac in (("cpu3des", {}), ("cpusm4", {"tac": bytes(4)}), ("m1", {})):
        for debited in (True, False):
            card = lab.card(chip=chip)
            gray(device, card, 700, lab.at(0, "11:00:00"), debited, POSTED if debited else VOID, **tac)
            device.sell(card, 300, lab.at(0, "12:00:00"))
            loaded = lab.card(chip=chip)
            gray(device, loaded, 700, lab.at(0, "11:00:00"), debited, POSTED if debited else VOID, **tac)
            machine.load(loaded, 2000, lab.at(0, "12:00:00"))
    lab.put(0, device)
    lab.put(0, machine)


def decides_grays_in_later_nights(lab):
    """Held in one run, decided in another: the counts stay, the money goes to the night of the decision."""
    device = lab.device(suffix=lab.merchant())
    for debited in (True, False):
        first, second = lab.card(), lab.card()
        for card in (first, second):
            gray(device, card, 810, lab.at(0), debited, POSTED if debited else VOID)
        lab.put(0, device)
        device.sell(first, 100, lab.at(1))
        lab.put(1, device)
        device.sell(second, 100, lab.at(2))
        lab.put(2, device)


def decides_grays_by_what_is_carried(lab):
    """A bus repeats the purchase whose answer was lost elsewhere: posted, though the balances do not meet; and repeats another."""
    bus, pos = lab.machine("pkg-csv/1"), lab.device()
    for night, change in ((0, None), (1, None), (0, "preamount"), (0, "prepaycnt"), (0, "presamno")):
        card = lab.card()
        gray(pos, card, 350, lab.at(night, "09:00:00"), True, "gray" if change else POSTED)
        line = bus.sell(card, 120, lab.at(night + 1, "10:00:00"), before=12345, after=12225)
        if change:
            bus.memory[-1] = line.copy(cells={change: "370100000001" if change == "presamno" else "17"})
    entries, lines = pos.dump(), bus.dump()
    lab.put(0, pos, entries[:1] + entries[2:])
    lab.put(1, bus, lines[:1] + lines[2:])
    lab.put(2, pos, entries[1:2])
    lab.put(2, bus, lines[1:2])


def leaves_grays_undecided(lab):
    """Nothing after it, or a next balance that is neither: held, and asked again in every run."""
    device = lab.device()
    gray(device, lab.card(), 600, lab.at(0), True, "gray")
    lone = lab.card()
    gray(device, lone, 610, lab.at(0), True, "gray")
    device.sell(lone, 200, lab.at(0, "13:00:00"), before=30000, after=29800)
    earlier = lab.card()
    device.sell(earlier, 100, lab.at(0, "08:00:00"))
    gray(device, earlier, 620, lab.at(0, "09:00:00"), True, "gray")
    lab.put(0, device, device.memory[:-1])
    lab.put(1, device, device.dump()[-1:])


def decides_chains_of_grays(lab):
    """Grays after grays: each answer counts at once for the next question."""
    device, late = lab.device(), lab.device()
    card = lab.card()
    for number, debited in enumerate((True, True, False, False, True)):
        gray(device, card, 500 + number, lab.at(0, f"1{number}:00:00"), debited, POSTED if debited else VOID)
    device.sell(card, 90, lab.at(0, "17:00:00"))
    lab.put(0, device)
    slow = lab.card()
    for number, debited in enumerate((True, False, True, True)):
        gray(late, slow, 530 + number, lab.at(0, f"1{number}:00:00"), debited, POSTED if debited else VOID)
    late.sell(slow, 95, lab.at(1, "17:00:00"))
    grays, last = late.memory[:4], late.memory[4:]
    late.memory = []
    lab.put(0, late, [grays[0], grays[3]])
    lab.put(1, late, [grays[2], *last])
    lab.put(2, late, [grays[1]])


def uses_a_counter_again_after_a_gray(lab):
    """Two grays of one counter, and a purchase that takes the counter of a gray a night later."""
    device, card, other = lab.device(), lab.card(), lab.card()
    gray(device, card, 410, lab.at(0, "10:00:00"), False, VOID)
    gray(device, card, 420, lab.at(0, "11:00:00"), True, POSTED)
    device.sell(card, 430, lab.at(0, "12:00:00"))
    gray(device, other, 440, lab.at(0, "13:00:00"), False, VOID)
    lab.put(0, device)
    device.sell(other, 450, lab.at(1, "13:00:00"))
    device.sell(other, 455, lab.at(1, "14:00:00"), expect="counter_conflict", counter=other.counter)
    lab.put(1, device)
    low = lab.card()
    gray(device, low, 460, lab.at(2), True, VOID, counter=10)
    gray(device, low, 465, lab.at(2, "12:30:00"), True, VOID, counter=3)
    lab.put(2, device)


def finds_grays_after_the_answer(lab):
    """The next transaction was there a night before the gray: decided in the run that holds it."""
    device = lab.device()
    for debited in (True, False):
        card = lab.card()
        entry = gray(device, card, 710, lab.at(0, "10:00:00"), debited, POSTED if debited else VOID)
        device.sell(card, 220, lab.at(0, "11:00:00"))
        device.memory.remove(entry)
        lab.put(0, device)
        lab.put(1, device, [entry])


def decides_grays_early(lab):
    """What lies between comes too late: the decision was made by what was there, and is final."""
    device, machine, card = lab.device(), lab.device(suffix="", kind="load"), lab.card()
    gray(device, card, 1000, lab.at(0, "10:00:00"), True, VOID)
    machine.load(card, 1000, lab.at(0, "11:00:00"))
    device.sell(card, 250, lab.at(0, "12:00:00"))
    lab.put(0, device)
    lab.put(1, machine)
    twin = lab.card()
    gray(device, twin, 1000, lab.at(0, "10:00:00"), False, POSTED)
    between = device.sell(twin, 1000, lab.at(0, "11:00:00"), expect="counter_conflict")
    device.memory.pop()
    device.sell(twin, 300, lab.at(0, "12:00:00"))
    lab.put(0, device)
    lab.put(1, device, [between])


def asks_the_earlier_rules_of_grays(lab):
    """R-02 to R-05 come first; a TAC of zeros is not asked, any other is; the copy of a gray is a duplicate."""
    device, card = lab.device(), lab.card()
    device.gray(lab.card(), 500, lab.at(0), True)
    device.memory.append(spoil_tac(device.memory.pop()))
    device.gray(lab.card(), 510, lab.at(0), True, expect="bad_arithmetic", after=1)
    first = gray(device, card, 520, lab.at(0), True, POSTED)
    conflict = first.changed(lab.ring, amount=521, after=49479).copy(expect="conflict", outcome="conflict")
    lab.put(0, device, [*device.dump(), duplicate(first), conflict])
    device.sell(card, 100, lab.at(1))
    lab.put(1, device, [duplicate(first), duplicate(conflict), *device.dump()])
    lab.put(2, device, [duplicate(first)])


def flags_grays_on_the_night_of_the_decision(lab):
    """Flags, P-03, P-04 and P-06 of a posted gray, held a night before."""
    ghost, far = lab.ghost(), lab.device(1)
    plain, big, away, stolen, old = (lab.card() for _ in range(5))
    gray(ghost, plain, 500, lab.at(0), True, POSTED, {"unknown_terminal"})
    gray(far, big, 20500, lab.at(0), True, POSTED, {"over_limit"})
    gray(far, away, 530, lab.at(0), True, POSTED)
    gray(far, stolen, 540, lab.at(0), True, POSTED, {"blacklisted"})
    gray(far, old, 550, lab.at(-200), True, POSTED, {"bad_time"})
    stranger = lab.card(listed=False)
    gray(far, stranger, 560, lab.at(0), True, POSTED, {"unknown_card"})
    lab.put(0, ghost)
    lab.put(0, far)
    lab.world.loss(stolen, "lost", lab.at(0, "11:00:00"), "挂失", reported=lab.day(1))
    for card, flags in ((plain, ()), (big, ()), (away, ()), (stolen, {"blacklisted"}), (old, ()),
                        (stranger, {"unknown_card"})):
        far.sell(card, 60, lab.at(1, "13:00:00"), flags=flags)
    lab.put(1, far)


def lets_the_merchant_pay_for_a_gray(lab):
    """R-09 is asked on the night of the decision: the gray's exception closes, another one opens."""
    device, card = lab.device(), lab.card()
    lab.world.loss(card, "lost", lab.at(-3), "挂失")
    version = int(f"{lab.day(0):%Y%m%d}")
    gray(device, card, 630, lab.at(1), True, "merchant_pays", list_version=version)
    gray(device, card, 635, lab.at(1, "12:30:00"), False, VOID, list_version=version)
    lab.put(1, device)
    device.sell(card, 640, lab.at(2), expect="merchant_pays", list_version=version)
    machine = lab.device(suffix="", kind="load")
    machine.load(card, 100, lab.at(2, "14:00:00"))
    machine.memory[-1] = machine.memory[-1].changed(lab.ring, before=49370, after=49470)
    lab.put(2, device)
    lab.put(2, machine)


def cancels_grays(lab):
    """Reversals of grays: of a posted one, of one that the cancelled amount makes void, of one never decided."""
    device, machine = lab.device(), lab.device(suffix="", kind="load")
    known, hidden, lone = lab.card(), lab.card(), lab.card()
    entry = gray(device, known, 900, lab.at(0, "10:00:00"), True, POSTED)
    machine.load(known, 100, lab.at(0, "10:00:30"))
    device.cancel(known, entry, lab.at(0, "10:01:00"), expect="unmatched_reversal")
    device.memory[-1] = device.memory[-1].copy(outcome="accepted")
    entry = gray(device, hidden, 910, lab.at(0, "10:00:00"), True, VOID)
    device.cancel(hidden, entry, lab.at(0, "10:01:00"), expect="unmatched_reversal", flags=())
    device.sell(hidden, 200, lab.at(0, "11:00:00"))
    entry = gray(device, lone, 920, lab.at(0, "10:00:00"), True, "gray")
    device.cancel(lone, entry, lab.at(0, "10:01:00"), expect="unmatched_reversal")
    lab.put(0, device)
    lab.put(0, machine)


def holds_grays_of_ten_days_and_more(lab):
    """A gray from before the cut-over, and one whose clock is a year ahead of the answer."""
    device, card = lab.device(), lab.card()
    gray(device, card, 520, lab.at(-30), True, POSTED)
    ahead = lab.card()
    gray(device, ahead, 530, lab.at(400), True, "gray")
    lab.put(0, device)
    device.sell(card, 100, lab.at(2) - datetime.timedelta(hours=1))
    device.sell(ahead, 100, lab.at(2) - datetime.timedelta(hours=1))
    lab.put(2, device)


SCENARIOS = (
    decides_grays_by_the_next_transaction, decides_grays_in_later_nights, decides_grays_by_what_is_carried,
    leaves_grays_undecided,
    decides_chains_of_grays, uses_a_counter_again_after_a_gray, finds_grays_after_the_answer, decides_grays_early,
    asks_the_earlier_rules_of_grays, flags_grays_on_the_night_of_the_decision, lets_the_merchant_pay_for_a_gray,
    cancels_grays, holds_grays_of_ten_days_and_more,
)
