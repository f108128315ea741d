"""Faults of pkg-csv/1 and xf-text/1 logs: malformed rows one by one, refused files, keys that no record names."""
import dataclasses

from fault_packages import ROW_LIES
from laboratory import duplicate

PKG, XF = "pkg-csv/1", "xf-text/1"
STRANGE = {"unknown_card"}

# One fault each; a column without a number counts 0 in the sums.
PKG_CELLS = (
    {"termseqno": "0"}, {"termseqno": "x"}, {"termseqno": ""}, {"termseqno": "-7"},
    {"samno": "37010000001"}, {"samno": "37010000000A"}, {"samseqno": ""}, {"samseqno": "1 "}, {"samseqno": "1e3"},
    {"cardno": ""}, {"cardno": "37010201000000001"}, {"cardno": "0137010201000000001"}, {"cardno": "3701020100000000 1"},
    {"termdate": "20260230"}, {"termdate": "20261301"}, {"termdate": "2026030"}, {"termdate": ""},
    {"termtime": "240000"}, {"termtime": "126000"}, {"termtime": "12000"}, {"termtime": "12:00:00"},
    {"amount": "0"}, {"amount": ""}, {"amount": "x"}, {"amount": "-100"}, {"amount": "1.00"}, {"amount": " 100"},
    {"paycnt": "0"}, {"paycnt": ""}, {"paycnt": "eleven"}, {"cardbefbal": ""}, {"cardbefbal": "50,000"},
    {"lockflag": "2"}, {"lockflag": "y"}, {"grayflag": "2"}, {"grayflag": "x"}, {"lockflag": "1"},
    {"tac": ""}, {"tac": "1234567"}, {"tac": "1234567G"}, {"tac": "0x123456"}, {"cardtype": ""}, {"cardtype": "cpu4"},
)
PRE_CELLS = (
    {"pretranstype": "07"}, {"pretranstype": "FE"}, {"pretranstype": "6"}, {"pretermdate": "20260230"},
    {"pretermtime": "250000"}, {"presamno": "3701"}, {"prepaycnt": "x"}, {"preamount": "1.5"},
)
XF_CELLS = (
    {"seq": "00000000"}, {"seq": "0000000x"}, {"seq": "       9"}, {"merchant": "x" * 15}, {"card": "x" * 20},
    {"counter": "000000"}, {"counter": "    11"}, {"psam_seq": "000000000x"}, {"before": "   50000"},
    {"amount": "00000000"}, {"amount": "     100"}, {"amount": "-0000100"}, {"at": "20260230120000"},
    {"at": "20260302246000"}, {"at": "2026030212000 "}, {"kind": "07"}, {"kind": "FE"}, {"kind": "  "}, {"kind": "00"},
    {"psam": "3701000000 1"}, {"tac": "1234567G"}, {"gray": "02"}, {"gray": "  "}, {"gray": "1 "},
    {"reserved": "FFFFF0"}, {"reserved": "      "},
)


def wrong_luhn(card):
    return f"{card.card_no[:17]}{(int(card.card_no[17]) + 1) % 10}"


def writes_malformed_pkg_rows(lab):
    """R-01 in pkg-csv/1: each column in turn; nothing of it is seen, so the right row may come a night later."""
    bus = lab.machine(PKG, 1)
    for cells in PKG_CELLS:
        line = bus.sell(lab.card(1), 100, lab.at(0))
        bus.memory[-1] = line.written(**cells)
    for cells in PRE_CELLS:
        card = lab.card(1)
        bus.sell(card, 100, lab.at(0, "07:00:00"))
        line = bus.sell(card, 110, lab.at(0, "12:00:00"))
        bus.memory[-1] = line.written(**cells)
    card = lab.card(1)
    line = bus.sell(card, 100, lab.at(0))
    bus.memory[-1] = line.written(cardno=wrong_luhn(card))
    line = bus.sell(lab.card(1), 100, lab.at(0))
    bus.memory[-1] = line.written(cardno=f"01{line.fields['card']}")
    line = bus.sell(lab.card(1), 100, lab.at(0))
    bus.memory[-1] = line.written(lockflag="1", grayflag="1", amount="0")
    missing = bus.sell(lab.card(1), 120, lab.at(0))
    short = missing.copy(text=bus.device, expect="malformed")
    long = missing.copy(text=f"{bus.device},0" + ",0" * 19, expect="malformed")
    good = bus.memory.pop()
    lab.put(0, bus, bus.dump() + [short, long], shuffled=False)
    lab.put(1, bus, [good])


def writes_malformed_xf_rows(lab):
    """R-01 in xf-text/1: each field in turn, and merchants that are not the device's on that day."""
    pos = lab.machine(XF, 1)
    for cells in XF_CELLS:
        line = pos.sell(lab.card(1), 100, lab.at(0))
        pos.memory[-1] = line.written(**cells)
    card = lab.card(1)
    line = pos.sell(card, 100, lab.at(0))
    pos.memory[-1] = line.written(card=f"00{wrong_luhn(card)}")
    line = pos.sell(lab.card(1), 100, lab.at(0))
    pos.memory[-1] = line.written(card=f"01{line.fields['card']}")
    for kind in ("02", "DB"):
        line = pos.sell(lab.card(1), 100, lab.at(0))
        pos.memory[-1] = line.written(kind=kind, gray="01")
    line = pos.sell(lab.card(1), 120, lab.at(0))
    lab.put(0, pos, pos.dump()[:-1])
    lab.put(1, pos, [line])


def names_merchants(lab):
    """R-01 in xf-text/1: the merchant is that of the device on the record's day (bad_time: on the open date)."""
    code = lab.schools[0].code
    pos = lab.machine(XF, valid_to=str(lab.day(0)))
    row = dict(lab.world.rows["terminal"][-1], merchant_no=f"{code}10001", valid_from=str(lab.day(1)), valid_to="")
    lab.world.rows["terminal"].append(row)
    old, new = f"{code}10004", f"{code}10001"
    pos.sell(lab.card(), 310, lab.at(0), merchant=old)
    pos.sell(lab.card(), 320, lab.at(0), merchant=new, expect="malformed")
    pos.sell(lab.card(), 330, lab.at(1), merchant=new)
    pos.sell(lab.card(), 340, lab.at(1), merchant=old, expect="malformed")
    pos.sell(lab.card(), 350, lab.at(-400), merchant=new, flags={"bad_time"})
    pos.sell(lab.card(), 360, lab.at(-400), merchant=old, expect="malformed")
    pos.sell(lab.card(), 370, lab.at(0), merchant=f"{lab.schools[1].code}10004", expect="malformed")
    lab.put(1, pos)
    ghost = lab.ghost_machine(XF)
    ghost.sell(lab.card(), 380, lab.at(0), merchant=old, flags={"unknown_terminal"})
    ghost.sell(lab.card(), 390, lab.at(0), merchant="999999999999999", flags={"unknown_terminal"})
    lab.put(0, ghost)


def checks_keys_that_no_record_names(lab):
    """R-04: the card on file decides; for a card not on file each loaded key of the named chip, or of any, is tried."""
    for log_format in (PKG, XF):
        machine, wrong = lab.machine(log_format), b"\x13\x57\x9b\xdf"
        for chip in ("cpu3des", "cpusm4"):
            for version in ("1", "2"):
                machine.sell(lab.card(chip=chip, key_version=version), 610, lab.at(0))
                machine.sell(lab.card(chip=chip, key_version=version, listed=False), 620, lab.at(0), flags=STRANGE)
            machine.sell(lab.card(chip=chip), 630, lab.at(0), tac=wrong, expect="tac_bad")
            machine.sell(lab.card(chip=chip), 640, lab.at(0), tac=bytes(4), expect="tac_bad")
            machine.sell(lab.card(chip=chip, listed=False), 650, lab.at(0), tac=wrong, expect="tac_bad")
            line = machine.sell(lab.card(chip=chip), 660, lab.at(0), expect="tac_bad")
            machine.memory[-1] = line.changed(lab.ring, key=line.fields["key"] ^ 3).changed(key=line.fields["key"])
        machine.sell(lab.card(chip="m1"), 670, lab.at(0))
        machine.sell(lab.card(chip="m1"), 680, lab.at(0), tac=wrong)
        machine.sell(lab.card(chip="m1", listed=False), 690, lab.at(0), expect="tac_bad")
        unloaded = lab.card(key_version="14")
        machine.sell(unloaded, 700, lab.at(0), tac=wrong, expect="tac_bad")
        lab.put(0, machine)


def names_other_chips_than_on_file(lab):
    """R-04 in pkg-csv/1: the chip of a card on file is that on file; the named one counts for cards not on file."""
    bus = lab.machine(PKG)
    bus.sell(lab.card(), 710, lab.at(0), chip="cpusm4")
    bus.sell(lab.card(chip="cpusm4"), 720, lab.at(0), chip="m1")
    bus.sell(lab.card(chip="m1"), 730, lab.at(0), chip="cpu3des")
    bus.sell(lab.card(listed=False), 740, lab.at(0), chip="cpusm4", expect="tac_bad")
    bus.sell(lab.card(listed=False, chip="cpusm4"), 750, lab.at(0), chip="cpu3des", expect="tac_bad")
    bus.sell(lab.card(listed=False), 760, lab.at(0), chip="m1", expect="tac_bad")
    lab.put(0, bus)


def gets_text_sums_wrong(lab):
    """R-05: after is not in the bytes; only an amount over the balance before can be wrong."""
    for log_format in (PKG, XF):
        machine = lab.machine(log_format)
        machine.sell(lab.card(balance_fen="500"), 501, lab.at(0), expect="bad_arithmetic")
        machine.sell(lab.card(balance_fen="500"), 500, lab.at(0))
        machine.sell(lab.card(balance_fen="0"), 1, lab.at(0), expect="bad_arithmetic")
        lab.put(0, machine)


def repeats_and_contradicts_rows(lab):
    """R-02 and R-03: another spelling is the same content; another content is held, and its copy is a duplicate."""
    for log_format in (PKG, XF):
        machine, card = lab.machine(log_format), lab.card()
        lines = [machine.sell(card, 400 + n, lab.at(0, f"12:00:{n:02d}")) for n in range(6)]
        machine.memory = []
        other = lines[2].changed(lab.ring, amount=999).copy(expect="conflict")
        lab.put(0, machine, [lines[0], duplicate(lines[0]), *lines[1:3], other, lines[4]],
                upper_hex=True, long_cards=True)
        lab.put(1, machine, [duplicate(line) for line in (lines[0], lines[1], lines[2], other)] + [lines[3]],
                upper_hex=False, long_cards=False)
        lab.put(2, machine, [duplicate(lines[4]), lines[5], duplicate(lines[3])], shuffled=True)


def locks_cards(lab):
    """R-24: lock rows are identity records that share the device's sequences; they touch no card and no money."""
    bus, card, stranger = lab.machine(PKG), lab.card(status="lost"), lab.card(listed=False)
    first = bus.lock(card, lab.at(0, "07:00:00"))
    bus.lock(stranger, lab.at(0, "07:10:00"), tac=b"\x01\x02\x03\x04")
    paid = bus.sell(card, 100, lab.at(0, "07:20:00"), flags={"blacklisted"})
    bus.memory.append(paid.changed(amount=0, lock=1, tac=bytes(4)).copy(expect="conflict", flags=frozenset()))
    bus.next_seq += 2
    bus.lock(card, lab.at(-400, "07:00:00"))
    lab.put(0, bus)
    again = first.changed(lock=0, amount=100).copy(expect="conflict")
    lab.put(1, bus, [duplicate(first), again, bus.lock(card, lab.at(1), seq=5)])
    bus.memory = []
    alone = lab.ghost_machine(PKG)
    alone.lock(card, lab.at(1))
    lab.put(1, alone)


def carries_previous_transactions(lab):
    """R-21 and R-07: a carried pre closes a counter gap and decides a gray; a gray without one waits."""
    bus, pos, card = lab.machine(PKG), lab.device(), lab.card()
    pos.sell(card, 500, lab.at(0, "12:00:00"))
    lost = pos.sell(card, 510, lab.at(0, "12:10:00"))
    pos.memory.remove(lost)
    bus.sell(card, 200, lab.at(0, "17:00:00"))
    lab.put(0, pos)
    lab.put(0, bus)
    lab.put(1, pos, [lost])
    rider = lab.card()
    bus.gray(rider, 100, lab.at(0, "07:00:00"), True, tac=bytes(4))
    bus.sell(rider, 100, lab.at(1, "07:00:00"))
    asked, told = bus.dump()
    lab.put(0, bus, [asked.copy(outcome="accepted")])
    lab.put(1, bus, [told])


def grays_in_text(lab):
    """R-07 in both formats: with TAC 0, with the right one and with a wrong one; by the next record; by nothing."""
    for log_format in (PKG, XF):
        machine, pos = lab.machine(log_format), lab.device()
        for tac, expect in ((bytes(4), "gray"), (None, "gray"), (b"\x01\x02\x03\x04", "tac_bad")):
            card = lab.card()
            lies = {} if tac is None else {"tac": tac}
            machine.gray(card, 300, lab.at(0, "12:00:00"), True, expect=expect, **lies)
            pos.sell(card, 310, lab.at(1, "12:00:00"))
        card = lab.card()
        machine.gray(card, 320, lab.at(0, "12:00:00"), False)
        pos.sell(card, 330, lab.at(1, "12:00:00"))
        machine.gray(lab.card(), 340, lab.at(0), True)
        lab.put(0, machine)
        lab.put(1, pos)


def rides_with_lost_cards(lab):
    """R-09 never reaches formats that carry no list version: the bureau pays (P-04)."""
    for log_format in (PKG, XF):
        machine = lab.machine(log_format, 1)
        lost = lab.card()
        lab.world.loss(lost, "lost", lab.at(-9, "09:00:00"), "挂失")
        machine.sell(lost, 200, lab.at(0), flags={"blacklisted"})
        machine.sell(lab.card(status="lost"), 210, lab.at(1), flags={"blacklisted"})
        lab.put(1, machine)


def rides_without_a_merchant(lab):
    """P-03: a bus without a merchant, and one that is not on file; their loads and draws need none."""
    bus = lab.machine(PKG, suffix="")
    bus.sell(lab.card(), 200, lab.at(0), flags={"unknown_terminal"})
    lab.put(0, bus)
    ghost = lab.ghost_machine(PKG)
    ghost.sell(lab.card(listed=False), 210, lab.at(0), flags={"unknown_terminal", "unknown_card"})
    lab.put(0, ghost)


def loads_in_text(lab):
    """Kinds 02 and DB of xf-text/1: online counters, the TAC of a load, money nobody claimed (P-07, P-08)."""
    pos = lab.machine(XF, kind="load", suffix="")
    for kind in (0x02, 0xDB):
        for chip in ("cpu3des", "cpusm4", "m1"):
            pos.load(lab.card(chip=chip), 5000, lab.at(0), kind)
        pos.load(lab.card(listed=False), 5100, lab.at(0), kind, flags=STRANGE)
        pos.load(lab.card(), 5200, lab.at(0), kind, tac=b"\x01\x02\x03\x04", expect="tac_bad")
    lab.put(0, pos)


# Files

def text_log(lab, log_format, night=0, home=2, **spelled):
    """A log of three good sales on a machine of its own."""
    machine, card = lab.machine(log_format, home), lab.card(home)
    for n in range(3):
        machine.sell(card, 200 + n, lab.at(night, f"12:00:{n:02d}"))
    return lab.logs(machine, None, lab.at(night, "22:00:00"), **spelled)[0]


def plain_log(lab, log_format):
    """As text_log in the plainest spelling, so that its bytes can be edited."""
    return text_log(lab, log_format, line_end="\n", bom=False, long_cards=False, upper_hex=False, shuffled=False,
                    blank_lines=False, quoted=False, ends_open=False)


def edits_of_rows(data):
    """What may be wrong with the rows of a log in the plain spelling."""
    heading, first, *rest = data.splitlines(True)
    return [heading + b"".join(rest), data + first, first + b"".join(rest), b"", data + b"more\n"]


def edits_of_pkg(data):
    heading, _, rest = data.partition(b"\n")
    return edits_of_rows(data) + [
        heading.replace(b"tac", b"mac") + b"\n" + rest, heading.replace(b"tac", b"amount") + b"\n" + rest,
        heading.replace(b",tac", b"") + b"\n" + rest, heading + b",note\n" + rest,
        data.replace(b",200,", b",201,", 1), data.replace(b",cpu3des", b',cpu3des"', 1),
        data.replace(b",cpu3des", b',"cpu3des', 1), data.replace(rest[:8], b"30000101", 1)]


def edits_of_xf(data):
    heading, _, rest = data.partition(b"\n")
    device = rest[23:31]
    return edits_of_rows(data) + [
        b"XG" + data[2:], data.replace(b"00000158", b"00000157", 1), data.replace(b"FFFF\n", b"FFF\n", 1),
        heading[:4] + b"00000004" + data[12:], heading[:4] + b"0000000x" + data[12:],
        heading + b"\n" + rest.replace(b"FFFFFF\n", b"FFFFFFF\n"), data.replace(device, b"30000101", 1), data[:-2]]


def refuses_text_files(lab):
    """FORMATS 2: totals that disagree, another device's row, another heading, lines of another length; one fault each."""
    school, bad = lab.schools[2], []
    for log_format, edits in ((PKG, edits_of_pkg), (XF, edits_of_xf)):
        for lies in ROW_LIES:
            log = text_log(lab, log_format)
            log.row.update(lies)
            bad.append(log)
        for number in range(len(edits(plain_log(lab, log_format).data))):
            log = plain_log(lab, log_format)
            bad.append(dataclasses.replace(log, data=edits(log.data)[number]))
    for log in bad:
        log.refused = True
    lab.ship(0, school, [text_log(lab, PKG), *bad, text_log(lab, XF)])


def sends_every_spelling(lab):
    """Line ends, BOM, card numbers of 18 and 20 digits, cases of hex, orders of columns, quotes, blank lines; empty."""
    school = lab.schools[2]
    for log_format in (PKG, XF):
        files = [text_log(lab, log_format, line_end=line_end, bom=bom, long_cards=bom, upper_hex=bom, shuffled=bom,
                          blank_lines=line_end == "\n\r", quoted=bom, ends_open=line_end == "\r\n")
                 for line_end in ("\n", "\r\n", "\n\r") for bom in (False, True)]
        files += lab.logs(lab.machine(log_format, 2), [], lab.at(0, "22:00:00"), ends_open=False)
        files += lab.logs(lab.machine(log_format, 2), [], lab.at(0, "22:00:00"), ends_open=True, bom=True)
        lab.ship(0, school, files)


SCENARIOS = (
    writes_malformed_pkg_rows, writes_malformed_xf_rows, names_merchants, checks_keys_that_no_record_names,
    names_other_chips_than_on_file, gets_text_sums_wrong, repeats_and_contradicts_rows, locks_cards,
    carries_previous_transactions, grays_in_text, rides_with_lost_cards, rides_without_a_merchant, loads_in_text,
    refuses_text_files, sends_every_spelling,
)
