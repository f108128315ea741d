"""Status rows (R-23, FORMATS 3.6): totals that agree and that do not, and files that are not right."""
import dataclasses

from status import COLUMNS, status_file, status_row


def sold(lab, count=4, **changes):
    """A device with some sales of an evening, and their entries."""
    device, card = lab.device(suffix="10001", **changes), lab.card()
    entries = [device.sell(card, 300 + n, lab.at(0, f"12:00:{n:02d}")) for n in range(count)]
    device.memory = []
    return device, card, entries


def agrees_with_its_total(lab):
    """All seen, some not collected yet, none at all, and a row without any record of the device."""
    whole, _, entries = sold(lab)
    lab.put(0, whole, entries)
    lab.say(0, 0, status_row(whole, lab.at(0, "21:00:00")))
    part, _, entries = sold(lab)
    lab.put(0, part, entries[:2])
    lab.say(0, 0, status_row(part, lab.at(0, "21:00:00"), uncollected=2))
    lab.put(1, part, entries[2:])
    idle, ghost = lab.device(), lab.ghost()
    lab.say(0, 0, status_row(idle, lab.at(0, "21:00:00")), status_row(ghost, lab.at(0, "21:00:00")))
    lab.say(1, 0, status_row(idle, lab.at(1), uncollected=1, total_count=3, total_amount_fen=900))


def disagrees_with_its_total(lab):
    """Too many missing, too many seen, another amount; closed when met, kept open by a newer row that disagrees too."""
    for lies, mended in (({}, 2), ({"total_count": 3}, 1), ({"total_amount_fen": 7}, 1), ({"uncollected": 1}, 2)):
        device, _, entries = sold(lab)
        first = entries if mended == 1 else entries[:2]
        lab.put(0, device, first)
        lab.say(0, 0, status_row(device, lab.at(0, "21:00:00"), **lies))
        if mended == 1:
            lab.say(1, 0, status_row(device, lab.at(1), total_count=9))
            lab.say(2, 0, status_row(device, lab.at(2)))
        else:
            lab.put(1, device, entries[2:3])
            lab.put(2, device, entries[3:])
    stays, _, entries = sold(lab)
    lab.put(0, stays, entries)
    lab.say(0, 0, status_row(stays, lab.at(0), total_count=100, total_amount_fen=99999))
    never, _, entries = sold(lab)
    lab.put(0, never, entries)
    lab.say(1, 0, status_row(never, lab.at(0), total_amount_fen=1))


def takes_the_newest_row(lab):
    """By its own time, of equal ones the last to arrive; an older one that comes later changes nothing."""
    device, _, entries = sold(lab)
    lab.put(0, device, entries)
    lab.say(0, 0, status_row(device, lab.at(0, "21:00:00")), status_row(device, lab.at(0, "20:00:00"), total_count=9))
    lab.say(1, 0, status_row(device, lab.at(0, "19:00:00"), total_count=8))
    twin, _, entries = sold(lab)
    lab.put(0, twin, entries)
    lab.say(0, 0, status_row(twin, lab.at(0)), status_row(twin, lab.at(0), total_count=8))
    lab.say(1, 0, status_row(twin, lab.at(0), total_count=4))
    other, _, entries = sold(lab)
    lab.put(0, other, entries)
    lab.say(0, 1, status_row(other, lab.at(0), total_count=7))


def counts_from_its_first_sequence(lab):
    """first_seq: what lies below counts as seen, and its amounts are not known; last_seq bounds what is seen."""
    device, card, entries = sold(lab, first_seq="101")
    lab.put(0, device, entries)
    lab.say(0, 0, status_row(device, lab.at(0), total_count=104, total_amount_fen=1))
    device.sell(card, 330, lab.at(1))
    lab.put(1, device)
    lab.say(1, 0, status_row(device, lab.at(1), total_count=104, last_seq=104, total_amount_fen=2))
    wrong, _, entries = sold(lab, first_seq="51")
    lab.put(0, wrong, entries)
    lab.say(0, 0, status_row(wrong, lab.at(0), total_count=4))
    cut, _, entries = sold(lab)
    lab.put(0, cut, entries)
    lab.say(0, 0, status_row(cut, lab.at(0), last_seq=2, total_count=2, total_amount_fen=601))


def counts_from_its_reset(lab):
    """A new epoch counts from nothing: the row of before disagrees until the next one comes."""
    device, card, entries = sold(lab)
    lab.put(0, device, entries)
    lab.say(0, 0, status_row(device, lab.at(0, "20:00:00")))
    device.reset()
    device.sell(card, 350, lab.at(1, "12:00:00"))
    device.sell(card, 351, lab.at(1, "12:01:00"), expect="bad_arithmetic", after=1)
    lab.put(1, device)
    lab.say(2, 0, status_row(device, lab.at(2)))
    lab.put(2, device, [entry.copy(expect="duplicate", flags=frozenset()) for entry in entries])


def spellings(device, at):
    """Rows with blanks, which belong to their field, in each in turn, then others that are good or just not."""
    plain = status_row(device, at)
    for name, value in plain.items():
        yield {**plain, name: f" {value}"}
        yield {**plain, name: f"{value} "}
        yield {**plain, name: ""}
    for name, value in (("last_seq", "+1"), ("last_seq", "1.0"), ("last_seq", "\N{FULLWIDTH DIGIT ONE}"), ("last_seq", "9" * 18),
                        ("last_seq", "0" * 19), ("blacklist_version", "0" * 9), ("firmware", 'a "b", c'),
                        ("firmware", "\N{CJK UNIFIED IDEOGRAPH-7248}"), ("firmware", "a\nb"), ("firmware", "a\tb"),
                        ("at", f"{at:%Y-%m-%dT%H:%M:%S}"), ("at", f"{at:%Y-%m-%d} 24:00:00"), ("at", f"{at:%Y-%m-%d %H:%M}")):
        yield {**plain, name: value}


def sends_status_files_that_are_not_right(lab):
    """A heading, a count: refused; a row: malformed; a repeated file counts again; columns in another order are read."""
    school, device, at = lab.schools[2], lab.device(2), lab.at(0, "21:00:00")
    rows = [status_row(device, at), status_row(device, at, total_count="x"), status_row(device, at, device_no="1")]
    good = status_file(rows[:1], at)
    lab.ship(0, school, [good])
    lab.ship(1, school, [good], lab.at(1, "22:00:00"))
    lab.ship(0, school, [status_file(rows[:1], at, columns=COLUMNS[::-1])])
    lab.ship(0, school, [status_file(rows, at)])
    lab.ship(0, school, [status_file([*spellings(device, lab.at(0, "21:30:00"))], lab.at(0, "21:30:01"))])
    bad = [status_file(rows[:1], lab.at(0, f"20:00:0{n}"), columns=columns) for n, columns in
           enumerate((COLUMNS[1:], COLUMNS + ("at",)))]
    bad.append(dataclasses.replace(good, row=dict(good.row, records="2")))
    bad.append(dataclasses.replace(good, name="logs/empty.csv", data=b""))
    for log in bad:
        log.refused = True
    lab.ship(0, school, bad)
    filled = dataclasses.replace(good, row=dict(good.row, device_no=device.device))
    lab.ship(0, school, [filled], expect="bad_manifest")


SCENARIOS = (
    agrees_with_its_total, disagrees_with_its_total, takes_the_newest_row, counts_from_its_first_sequence,
    counts_from_its_reset, sends_status_files_that_are_not_right,
)
