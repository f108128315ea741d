"""Every fault of RULES 1 on purpose: what happens to records. fault_*.py hold the rest.

A scenario is a function of the laboratory; its name says what it plays. What each record must become is said
where it is made, and city.py holds that against the oracle.
"""

import datetime

import fault_flags
import fault_grays
import fault_identity
import fault_lists
import fault_loads
import fault_money_logs
import fault_packages
import fault_reversals
import fault_rooms
import fault_status
import fault_storm
import fault_text_storm
from laboratory import Laboratory, duplicate, spoil_tac


def repeats_records_within_a_file_and_across_packages(lab):
    """R-02: twice in one file, again in another package of the run, and again weeks of memory the next night."""
    device, card = lab.device(), lab.card()
    first = [device.sell(card, 500 + n, lab.at(0, f"12:00:{n:02d}")) for n in range(3)]
    device.memory = []
    lab.put(0, device, first + [duplicate(first[1])])
    lab.ship(0, lab.schools[0], lab.logs(device, [duplicate(first[0])], lab.at(0, "23:00:00")), lab.at(0, "23:00:00"))
    second = device.sell(card, 700, lab.at(1))
    lab.put(1, device, [duplicate(entry) for entry in first] + [second])


def repeats_held_records(lab):
    """R-02: copies of held records are duplicates, copies of malformed ones are malformed again."""
    device, card, other = lab.device(), lab.card(), lab.card()
    bad_tac = spoil_tac(device.sell(card, 510, lab.at(0, "07:10:00")))
    wrong_sum = device.sell(card, 520, lab.at(0, "07:20:00"), expect="bad_arithmetic", after=99999)
    stale = device.sell(other, 530, lab.at(0, "07:30:00"), expect="counter_conflict", counter=10)
    original = device.sell(other, 540, lab.at(0, "07:40:00"))
    conflict = original.changed(lab.ring, amount=541).copy(expect="conflict")
    torn = device.sell(other, 550, lab.at(0, "07:50:00"), expect="malformed", mark=2)
    device.memory = []
    held = [bad_tac, wrong_sum, stale, conflict]
    lab.put(0, device, [bad_tac, wrong_sum, stale, original, conflict, torn])
    lab.put(1, device, [duplicate(entry) for entry in held] + [torn])


def conflicts_in_every_order(lab):
    """R-03: other content under a seen sequence, in the same file, a later package and a later night."""
    device, card = lab.device(), lab.card()
    original = device.sell(card, 600, lab.at(0))
    device.memory = []
    changed = [original.changed(lab.ring, amount=600 + n, after=49400 - n).copy(expect="conflict") for n in range(1, 4)]
    lab.put(0, device, [original, changed[0]])
    lab.ship(0, lab.schools[0], lab.logs(device, [changed[1]], lab.at(0, "23:10:00")), lab.at(0, "23:10:00"))
    lab.put(1, device, [changed[2], duplicate(changed[0])])
    held = spoil_tac(device.sell(card, 800, lab.at(1)))
    good = held.changed(lab.ring).copy(expect="conflict")
    device.memory = []
    lab.put(1, device, [held, good])
    lab.put(2, device, [duplicate(good), duplicate(held)])


def orders_packages_by_their_time_not_by_arrival(lab):
    """RULES 1 order: the package with the earlier 14-digit time holds the original, whatever its name's rest."""
    device, card = lab.device(), lab.card()
    original = device.sell(card, 640, lab.at(0))
    conflict = original.changed(lab.ring, amount=641).copy(expect="conflict")
    device.memory = []
    school = lab.schools[0]
    lab.ship(0, school, lab.logs(device, [conflict], lab.at(0, "20:00:00")), lab.at(0, "20:00:01"), collector="01")
    lab.ship(0, school, lab.logs(device, [original], lab.at(0, "20:00:00")), lab.at(0, "20:00:00"), collector="08")


def orders_equal_times_by_name_then_manifest(lab):
    """RULES 1 order: with one 14-digit time the name decides, in a package the manifest, not the archive."""
    device, card, school, at = lab.device(), lab.card(), lab.schools[0], lab.at(0, "20:10:00")
    original = device.sell(card, 650, lab.at(0))
    conflict = original.changed(lab.ring, amount=651).copy(expect="conflict")
    device.memory = []
    lab.ship(0, school, lab.logs(device, [conflict], at), at, collector="12")
    lab.ship(0, school, lab.logs(device, [original], at), at, collector="11")
    other = device.sell(card, 660, lab.at(1))
    device.memory = []
    first, = lab.logs(device, [other], lab.at(1, "20:00:00"), 9)
    second, = lab.logs(device, [other.changed(lab.ring, amount=661).copy(expect="conflict")], lab.at(1, "20:00:00"))
    lab.ship(1, school, [first, second], lab.at(1, "20:10:00"), change=lambda entries: entries[::-1])


def loses_and_finds_sequences(lab):
    """R-20: gaps that are filled, shrink, split and stay; several open at once; the cards have counter gaps too."""
    device, cards = lab.device(), [lab.card(), lab.card(chip="cpusm4")]
    sold = [device.sell(cards[n % 2], 333 + n, lab.at(0, f"11:{n:02d}:00")) for n in range(40)]
    device.memory = []
    away = {3: 1, 4: 1, 10: None, 11: 1, 12: 1, 13: None, 20: 2, 21: None, 22: 1, 23: None, 30: None, 31: 2, 38: 2}
    lab.put(0, device, [entry for n, entry in enumerate(sold) if n not in away])
    for night in (1, 2):
        lab.put(night, device, [entry for n, entry in enumerate(sold) if away.get(n) == night])


def loses_the_first_sequences(lab):
    """R-20: counting starts at 1, so what never came before the first record is a gap."""
    device, card = lab.device(1), lab.card(1)
    for n in range(4):
        device.sell(card, 450, lab.at(0, f"12:10:{n:02d}"))
    lab.put(0, device, device.dump()[2:])


def values_gaps_by_the_last_thirty_days(lab):
    """R-20: the worth of a gap counts purchases of the 30 days up to the open date, and rounds down."""
    device, card = lab.device(first_seq="11"), lab.card()
    old = [(-40, 999), (-30, 777), (-29, 333), (-1, 250)]
    for n, (back, amount) in enumerate(old):
        device.sell(card, amount, lab.at(back, f"12:00:{n:02d}"))
    device.next_seq += 3
    device.sell(card, 100, lab.at(0))
    lab.put(0, device)
    device.next_seq += 1
    device.sell(card, 101, lab.at(1, "00:05:00"))
    lab.ship(0, lab.schools[0], lab.logs(device, None, lab.at(1, "00:20:00")), lab.at(1, "00:20:00"))
    device.next_seq += 2
    device.sell(card, 500, lab.at(1))
    lab.put(1, device)


def values_a_gap_without_sales_at_nothing(lab):
    """R-20: held records are seen, but only accepted ones give a gap its worth."""
    device = lab.device(2)
    for seq in (1, 4):
        device.sell(lab.card(2), 700, lab.at(0), expect="bad_arithmetic", seq=seq, after=1)
    lab.put(0, device)


def jumps_far_ahead(lab):
    """R-20: ranges are kept as ranges; a wild sequence and the largest one do not fill the memory."""
    device, card = lab.device(), lab.card()
    device.sell(card, 123, lab.at(0, "12:00:00"))
    device.sell(card, 124, lab.at(0, "12:01:00"), seq=2000000000)
    device.sell(card, 125, lab.at(0, "12:02:00"), seq=4294967295)
    lab.put(0, device)
    high = lab.device(first_seq="4294967290")
    for n in range(3):
        high.sell(card, 130 + n, lab.at(0, f"12:10:{n:02d}"))
    lab.put(0, high)


def starts_above_one(lab):
    """FORMATS 1 first_seq: lower sequences count as seen in epoch 0, and only there."""
    device, card = lab.device(first_seq="101", valid_to=str(lab.day(0))), lab.card()
    second = dict(lab.world.rows["terminal"][-1], valid_from=str(lab.day(1)), valid_to="", first_seq="500")
    lab.world.rows["terminal"].append(second)
    device.sell(card, 210, lab.at(0, "12:00:00"), seq=102)
    below = device.sell(card, 220, lab.at(0, "12:01:00"), seq=100, expect="duplicate")
    card.counter, card.balance = below.fields["counter"] - 1, below.fields["before"]
    device.sell(card, 230, lab.at(0, "12:02:00"), seq=103)
    lab.put(0, device)
    device.sell(card, 240, lab.at(1, "12:03:00"))
    device.reset()
    device.sell(card, 250, lab.at(1, "12:04:00"), seq=2)
    lab.put(1, device)


def resets_a_terminal(lab):
    """A new epoch counts from 1 again; a dump of the whole memory brings the old epoch as duplicates."""
    device, card = lab.device(), lab.card()
    old = [device.sell(card, 400 + n, lab.at(0, f"12:00:{n:02d}")) for n in range(5)]
    device.memory = []
    lab.put(0, device, old[:2] + old[3:])
    device.reset()
    new = [device.sell(card, 410 + n, lab.at(1, f"12:00:{n:02d}")) for n in range(4)]
    device.memory = []
    lab.put(1, device, [duplicate(old[0]), old[2], duplicate(old[4]), new[0], new[2], new[3]])
    device.reset()
    device.sell(card, 420, lab.at(2, "12:00:00"))
    lab.put(2, device, [new[1]] + device.dump())


def misses_counters(lab):
    """R-21: counters never seen, seen late, one range split in two; an unknown card starts at its lowest."""
    device, card, stranger = lab.device(), lab.card(chip="cpusm4"), lab.card(listed=False)
    sold = [device.sell(card, 310, lab.at(0, f"12:{n:02d}:00")) for n in range(12)]
    device.memory = []
    for n, entry in enumerate(sold):
        sold[n] = entry.changed(seq=n + 1)
    away = {0: 2, 1: None, 4: None, 5: 1, 6: None, 9: 1}
    keep = [entry for n, entry in enumerate(sold) if n not in away]
    lab.put(0, device, keep)
    for night in (1, 2):
        lab.put(night, device, [entry for n, entry in enumerate(sold) if away.get(n) == night])
    other = lab.device()
    for counter, night in ((5, 0), (8, 0), (3, 1), (7, 2)):
        other.sell(stranger, 100, lab.at(night, "13:00:00"), counter=counter, flags={"unknown_card"})
        lab.put(night, other)


def checks_tacs_by_the_chip_on_file(lab):
    """R-04 in all its cases, each on a card of its own."""
    device, strange = lab.device(), {"unknown_card"}
    for chip in ("cpu3des", "cpusm4"):
        card = lab.card(chip=chip)
        device.sell(card, 610, lab.at(0))
        device.memory.append(spoil_tac(device.memory.pop()))
        device.sell(lab.card(chip=chip), 620, lab.at(0), kind=9)
        device.sell(lab.card(chip=chip), 630, lab.at(0), key=0xF0, expect="tac_bad")
    device.sell(lab.card(), 640, lab.at(0), key=0x02)
    device.sell(lab.card(), 650, lab.at(0), key=0x11)
    device.sell(lab.card(chip="m1"), 660, lab.at(0))
    device.sell(lab.card(chip="m1"), 670, lab.at(0), key=0x01)
    device.memory.append(device.memory.pop().changed(tac=b"\x01\x02\x03\x04"))
    device.sell(lab.card(listed=False), 680, lab.at(0), flags=strange)
    device.sell(lab.card(listed=False, chip="cpusm4"), 690, lab.at(0), flags=strange)
    device.sell(lab.card(listed=False, chip="m1"), 700, lab.at(0), expect="tac_bad")
    device.sell(lab.card(listed=False), 710, lab.at(0))
    device.memory.append(spoil_tac(device.memory.pop()))
    lab.put(0, device)


MALFORMED_FIELDS = (
    {"kind": 7}, {"kind": 0}, {"mark": 2}, {"mark": 1, "kind": 2}, {"mark": 1, "kind": 0xDB}, {"key": 0x21},
    {"key": 0xE0}, {"counter": 0}, {"amount": 0, "after": 50000}, {"reference": 7}, {"serial": 12345678},
    {"kind": 0xFE, "tac": bytes(4)}, {"kind": 0xFE, "reference": 3, "tac": b"\x00\x00\x00\x01"},
)
MALFORMED_BYTES = (
    (6, b"\x01"), (6, b"\x10"), (10, b"\xfa"), (34, bytes.fromhex("20260230")), (34, bytes.fromhex("20261301")),
    (34, bytes.fromhex("2026030A")), (34, bytes.fromhex("20260300")), (34, bytes.fromhex("18991231")),
    (38, bytes.fromhex("240000")),
    (38, bytes.fromhex("126000")), (38, bytes.fromhex("120060")), (38, bytes.fromhex("1F0000")),
)


def writes_malformed_records(lab):
    """R-01 of every sort; nothing of them is seen, so the right record may still come under its sequence."""
    device = lab.device(1)
    for lies in MALFORMED_FIELDS:
        entry = device.sell(lab.card(1, chip="m1"), 100, lab.at(0), expect="malformed")
        device.memory[-1] = entry.changed(**lies)
    for offset, data in MALFORMED_BYTES:
        entry = device.sell(lab.card(1), 110, lab.at(0), expect="malformed")
        device.memory[-1] = entry.patched(offset, data)
    card = lab.card(1)
    wrong_digit = f"{card.card_no[:17]}{(int(card.card_no[17]) + 1) % 10}"
    device.memory.append(device.sell(card, 120, lab.at(0), expect="malformed").changed(card=wrong_digit))
    device.memory.pop(-2)
    for moment in (datetime.datetime(1900, 1, 1), datetime.datetime(1988, 7, 1, 23, 30)):
        device.sell(lab.card(1), 125, moment, flags={"bad_time"})
    good = device.sell(lab.card(1), 130, lab.at(0))
    torn = good.copy(raw=good.raw[:60] + bytes(4), expect="malformed")
    future_key = good.changed(key=0x0C).copy(expect="malformed")
    future_key = future_key.copy(raw=future_key.raw[:63] + bytes([future_key.raw[63] ^ 1]))
    device.memory.pop()
    lab.put(0, device, device.dump() + [torn, future_key])
    lab.put(1, device, [good])


def writes_sequence_zero(lab):
    """R-01: sequence 0, which the header's and the manifest's range must still tell."""
    device, card = lab.device(), lab.card()
    entry = device.sell(card, 140, lab.at(0), expect="malformed", seq=0)
    device.memory = []
    lab.put(0, device, [entry, entry.changed(lab.ring, seq=1).copy(expect="accepted")])
    only = lab.device()
    only.sell(lab.card(), 150, lab.at(0), expect="malformed", seq=0)
    lab.put(0, only)


def gets_sums_wrong(lab):
    """R-05: both ways, and wrapped around zero."""
    device = lab.device()
    device.sell(lab.card(), 800, lab.at(0), expect="bad_arithmetic", after=49201)
    device.sell(lab.card(), 810, lab.at(0), expect="bad_arithmetic", after=50810)
    device.sell(lab.card(), 60000, lab.at(0), expect="bad_arithmetic", after=2**32 - 10000)
    device.sell(lab.card(), 50001, lab.at(0), expect="bad_arithmetic", after=1)
    device.sell(lab.card(chip="m1"), 820, lab.at(0), expect="bad_arithmetic", before=0, after=0)
    lab.put(0, device)
    broken = device.sell(lab.card(), 830, lab.at(1), after=5)
    device.memory = [spoil_tac(broken)]
    lab.put(1, device)


def clones_cards(lab):
    """R-06: a counter twice, within a run by time of day, across runs by arrival; opening counters used up."""
    early, late, card = lab.device(), lab.device(1), lab.card()
    school, far = lab.schools[:2]
    late.sell(card, 900, lab.at(0, "13:00:00"), expect="counter_conflict")
    card.counter, card.balance = 10, 50000
    early.sell(card, 910, lab.at(0, "12:00:00"))
    lab.ship(0, far, lab.logs(late, None, lab.at(0, "22:00:00")), lab.at(0, "21:00:00"))
    lab.ship(0, school, lab.logs(early, None, lab.at(0, "22:00:00")), lab.at(0, "22:00:00"))
    late.sell(card, 920, lab.at(0, "11:00:00"), expect="counter_conflict", counter=11)
    late.sell(card, 930, lab.at(1, "12:00:00"), counter=12, before=49090, after=48160)
    late.sell(card, 940, lab.at(1, "12:00:01"), expect="counter_conflict", counter=10)
    late.sell(card, 950, lab.at(1, "12:00:02"), expect="counter_conflict", counter=3)
    lab.put(1, late)
    first, second, twin = lab.device(), lab.device(), lab.card()
    second.sell(twin, 955, lab.at(1, "09:00:00"), expect="counter_conflict")
    twin.counter, twin.balance = 10, 50000
    first.sell(twin, 956, lab.at(1, "09:00:00"))
    lab.put(1, second)
    lab.put(1, first)
    stranger = lab.card(listed=False)
    early.sell(stranger, 960, lab.at(1, "12:00:00"), flags={"unknown_card"})
    stranger.counter -= 1
    early.sell(stranger, 970, lab.at(1, "12:00:00"), expect="counter_conflict")
    lab.put(1, early)


def reaches_the_ends_of_numbers(lab):
    """Fields at their ends: the last counter, and sums beyond 31 and 32 bits."""
    device = lab.device(device_no="00000001", psam_no="000000000001")
    device.device, device.psam = "00000001", "000000000001"
    last = lab.card(counter="65533")
    device.sell(last, 100, lab.at(0, "12:00:00"))
    device.sell(last, 100, lab.at(0, "12:00:01"))
    for amount in (3000000000, 4294967295):
        rich = lab.card(balance_fen="4294967295")
        device.sell(rich, amount, lab.at(0, "12:00:02"), flags={"over_limit"})
    lab.put(0, device)


SCENARIOS = (
    repeats_records_within_a_file_and_across_packages, repeats_held_records, conflicts_in_every_order,
    orders_packages_by_their_time_not_by_arrival, orders_equal_times_by_name_then_manifest,
    loses_and_finds_sequences, loses_the_first_sequences, values_gaps_by_the_last_thirty_days,
    values_a_gap_without_sales_at_nothing, jumps_far_ahead, starts_above_one,
    resets_a_terminal, misses_counters, checks_tacs_by_the_chip_on_file, writes_malformed_records, writes_sequence_zero,
    gets_sums_wrong, clones_cards, reaches_the_ends_of_numbers,
)


MODULES = (fault_flags, fault_grays, fault_reversals, fault_loads, fault_lists, fault_status, fault_packages,
           fault_money_logs, fault_identity, fault_rooms, fault_storm, fault_text_storm)


def play_all(city):
    """Plays every scenario into a city of at least two schools and three days."""
    if len(city.days) < 3 or len(city.world.schools) < 3:
        raise SystemExit("city: --faults needs at least 3 schools and 3 days")
    lab = Laboratory(city)
    for scenario in SCENARIOS + sum((module.SCENARIOS for module in MODULES), ()):
        if not city.options.only or any(word in scenario.__name__ for word in city.options.only):
            scenario(lab)
    lab.send_waiting()
