"""Faults of att-csv/1 and gate-xml/1 logs: malformed rows and events one by one, refused files, R-02, R-03 and R-20."""
import dataclasses

import fault_money_logs as money
import package
from fault_packages import ROW_LIES
from laboratory import duplicate

ATT, GATE = "att-csv/1", "gate-xml/1"
FOUR_BYTES = "𠮷"

# One fault each.
ATT_CELLS = (
    {"seq": "0"}, {"seq": "x"}, {"seq": ""}, {"seq": "1.0"}, {"card_no": ""}, {"card_no": "3701020100000001"},
    {"card_no": "01370102010000000018"}, {"card_no": f"37010201000000{FOUR_BYTES}18"},
    {"at": ""}, {"at": "2026-02-30 12:00:00"}, {"at": "2026-03-02 24:00:00"}, {"at": "2026-03-02T12:00:00"},
    {"at": "2026-03-02 12:00"}, {"at": "2026-3-2 12:00:00"}, {"at": "20260302120000"}, {"at": " 2026-03-02 12:00:00"},
    {"direction": ""}, {"direction": "X"}, {"direction": "IO"}, {"direction": "进"}, {"direction": "I "},
    {"method": ""}, {"method": "face"}, {"method": "刷卡"}, {"method": f"card{FOUR_BYTES}"}, {"method": "card,finger"},
    {"result": ""}, {"result": "late"}, {"result": FOUR_BYTES}, {"result": "正常,|“”"}, {"result": 'o"k'},
)
EVENT_CELLS = (
    {"seq": "0"}, {"seq": "x"}, {"seq": ""}, {"seq": "-3"}, {"card": ""}, {"card": "3701020100000001"}, {"card": "刷卡"},
    {"card": "01370102010000000018"}, {"at": "2026-03-02T12:00:00"}, {"at": "2026-03-02T12:00:00Z"},
    {"at": "2026-03-02T12:00:00+09:00"}, {"at": "2026-02-30T12:00:00+08:00"}, {"at": "2026-03-02T24:00:00+08:00"},
    {"at": "2026-03-02 12:00:00"}, {"at": ""}, {"kind": "door"}, {"kind": ""}, {"kind": FOUR_BYTES}, {"dir": "up"},
    {"dir": ""}, {"result": "ok"}, {"result": ""}, {"seq": None}, {"at": None}, {"kind": None}, {"dir": None},
    {"result": None},
)
ALARM_CELLS = ({"kind": "smoke"}, {"kind": ""}, {"kind": None}, {"at": "2026-03-02"}, {"card": "3701020100000001"})


def look(machine, card_no, at, **fields):
    """A plain record of an identity machine."""
    if machine.log_format == ATT:
        known = {"direction": "I", "method": "card", "result": "ok"}
    else:
        known = {"kind": "gate", "dir": "in", "result": "granted"}
    return machine.see(at, **{**known, "card": card_no, **fields})


def writes_malformed_identity_rows(lab):
    """R-01: each column in turn; nothing of it is seen, so the right row may come a night later."""
    for log_format, faults in ((ATT, ATT_CELLS), (GATE, EVENT_CELLS)):
        machine = lab.machine(log_format)
        for cells in faults:
            line = look(machine, lab.card().card_no, lab.at(0))
            machine.memory[-1] = line.written(**cells)
        card = lab.card()
        line = look(machine, card.card_no, lab.at(0))
        machine.memory[-1] = line.written(**{"card_no" if log_format == ATT else "card": money.wrong_luhn(card)})
        good = look(machine, card.card_no, lab.at(0))
        torn = good.written(**({"method": "x"} if log_format == ATT else {"kind": "x"}))
        machine.memory.pop()
        lab.put(0, machine, machine.dump() + [torn])
        lab.put(1, machine, [torn, good])
    reader = lab.machine(ATT)
    line = look(reader, lab.card().card_no, lab.at(0))
    texts = (reader.device, f"{reader.device},0,,,,,,", f"{reader.device},0,{FOUR_BYTES}", '""', ",,,,,,,,,,,")
    lab.put(0, reader, [line.copy(text=text, expect="malformed") for text in texts] + [line], shuffled=False)


def sounds_malformed_alarms(lab):
    """R-01 for alarms, which share the sequence of the events; a card may be missing in an alarm or a denied event."""
    gate, card = lab.machine(GATE, kind="dorm"), lab.card()
    for cells in ALARM_CELLS:
        line = gate.see(lab.at(0), element="alarm", kind="fire")
        gate.memory[-1] = line.written(**cells)
    for kind in ("tamper", "fire", "forced", "help"):
        gate.see(lab.at(0), element="alarm", kind=kind)
        gate.see(lab.at(0), element="alarm", kind=kind, card=card.card_no)
    for kind in ("gate", "dorm", "bus"):
        look(gate, "", lab.at(0), kind=kind, result="denied")
        look(gate, card.card_no, lab.at(0), kind=kind, result="denied", dir="out")
        look(gate, card.card_no, lab.at(0), kind=kind, dir="on", stop=f"{FOUR_BYTES} & <站> \"东\" 'A'")
    lab.put(0, gate)


def punches_in_every_way(lab):
    """att-csv/1: every direction, method and result; a photo may know no card."""
    reader, card = lab.machine(ATT), lab.card()
    for direction in "IO-":
        for method in ("card", "finger", "card+finger", "photo"):
            for result in ("ok", "early", "repeat", "black", "unknown"):
                look(reader, card.card_no, lab.at(0), direction=direction, method=method, result=result)
    look(reader, "", lab.at(0), method="photo", result="unknown")
    look(reader, "", lab.at(0), method="photo")
    lab.put(0, reader)


def repeats_and_contradicts_identity_records(lab):
    """R-02 and R-03 as for money, in any spelling: in one file, in another package, a night later."""
    for log_format in (ATT, GATE):
        machine, card = lab.machine(log_format), lab.card()
        lines = [look(machine, card.card_no, lab.at(0, f"07:00:{n:02d}")) for n in range(6)]
        machine.memory = []
        other = lines[2].changed(card=lab.card().card_no).copy(expect="conflict")
        third = lines[2].changed(at=lab.at(0, "09:00:00")).copy(expect="conflict")
        lab.put(0, machine, [lines[0], duplicate(lines[0]), *lines[1:3], other, lines[4]], long_cards=True)
        lab.ship(0, lab.schools[0], lab.logs(machine, [duplicate(lines[1])], lab.at(0, "23:20:00")),
                 lab.at(0, "23:20:00"))
        lab.put(1, machine, [duplicate(line) for line in (lines[0], lines[2], other)] + [third, lines[3]],
                long_cards=False)
        lab.put(2, machine, [duplicate(lines[4]), lines[5], duplicate(third)])
    gate = lab.machine(GATE)
    alarm = gate.see(lab.at(0), element="alarm", kind="help")
    event = look(gate, lab.card().card_no, lab.at(0), seq=alarm.fields["seq"])
    lab.put(0, gate, [alarm, event.copy(expect="conflict")])


def loses_and_finds_identity_sequences(lab):
    """R-20: gaps open, shrink, split and close; they are worth nothing, for nobody bought anything."""
    for log_format in (ATT, GATE):
        machine, card = lab.machine(log_format, first_seq="3"), lab.card()
        lines = [look(machine, card.card_no, lab.at(0, f"07:{n:02d}:00")) for n in range(20)]
        machine.memory = []
        away = {0: 1, 5: None, 6: 1, 7: None, 11: 2, 12: 2, 19: None}
        below = lines[0].changed(seq=2).copy(expect="duplicate")
        lab.put(0, machine, [line for n, line in enumerate(lines) if n not in away] + [below])
        for night in (1, 2):
            lab.put(night, machine, [line for n, line in enumerate(lines) if away.get(n) == night])


def knows_no_flags(lab):
    """R-24: unknown devices and cards, wrong clocks, lost cards and the wrong school leave no trace on who came."""
    for log_format in (ATT, GATE):
        ghost = lab.ghost_machine(log_format)
        look(ghost, lab.card().card_no, lab.at(0))
        ghost.next_seq = 3
        look(ghost, lab.card(listed=False).card_no, lab.at(0))
        lab.put(0, ghost)
        machine = lab.machine(log_format, valid_to=str(lab.day(-1)))
        for card in (lab.card(listed=False), lab.card(status="lost"), lab.card(expires_on=str(lab.day(-9)))):
            look(machine, card.card_no, lab.at(0))
        look(machine, lab.card().card_no, lab.at(-300))
        look(machine, lab.card().card_no, lab.at(300))
        lab.put(0, machine)
    lab.put(0, lab.machine(ATT), home=1)
    reader = lab.machine(ATT)
    look(reader, lab.card().card_no, lab.at(0))
    lab.put(0, reader, home=1)


def come_on_several_nights(lab):
    """Late arrivals: records of the first day with those of the third, the newest first."""
    for log_format in (ATT, GATE):
        machine = lab.machine(log_format)
        lines = [look(machine, lab.card().card_no, lab.at(day)) for day in (0, 1, 2)]
        machine.memory = []
        lab.put(1, machine, [lines[1]])
        lab.put(2, machine, [lines[2], lines[0], duplicate(lines[1])])


# Files

def identity_log(lab, log_format, **spelled):
    """A log of three good records on a machine of school 2."""
    machine, card = lab.machine(log_format, 2), lab.card(2)
    for n in range(3):
        look(machine, card.card_no, lab.at(0, f"07:00:{n:02d}"))
    return lab.logs(machine, None, lab.at(0, "22:00:00"), **spelled)[0]


def plain_log(lab, log_format):
    return identity_log(lab, log_format, line_end="\n", bom=False, long_cards=False, upper_hex=True, shuffled=False,
                        blank_lines=False, quoted=False, ends_open=False)


def edits_of_att(data):
    heading, _, rest = data.partition(b"\n")
    return [heading + b"\n" + rest[40:], data + rest, rest, b"", data + b"more\n", data.replace(b",at,", b",time,", 1),
            data.replace(b",at,", b",seq,", 1), data.replace(b",result", b"", 1), data.replace(b"result", b"result,", 1),
            data.replace(b",card,", b',"card,', 1), data.replace(b",card,", b',card",', 1),
            data.replace(rest[:8], b"30000181", 1), data.replace("device_no".encode(), "设备号".encode("gb18030"))]


def edits_of_gate(data):
    lines = data.splitlines(True)
    head, event = lines[1], lines[2]
    text = b"".join(lines[:-1])
    return [
        b"", data[:-12], text, data + b"<more/>", data.replace(event, b""), data.replace(event, event + event),
        data.replace(event, event.replace(b"/>", b">")), data.replace(b"&quot;", b"&nbsp;") + b"&nbsp;",
        data.replace(event, event.replace(b" dir=", b" seq=")), data.replace(b"granted", b"gr\xffanted", 1),
        data.replace(head, b"<!DOCTYPE gateLog>\n" + head), data.replace(b"gateLog", b"gatelog"),
        data.replace(head, b'<!DOCTYPE gateLog [<!ENTITY a "b">]>\n' + head),
        data.replace(b' school="34', b' school="21'), data.replace(b' device="300', b' device="301'),
        data.replace(b' school="', b' name="'), data.replace(b"<gateLog device", b"<gateLog  Device"),
        b"\n" + data, data.replace(event, b"<a>" * 70 + b"</a>" * 70 + event)]


def refuses_identity_files(lab):
    """FORMATS 2: totals that disagree, another device or school, another heading, XML that is not well-formed."""
    school, bad = lab.schools[2], []
    for log_format, edits in ((ATT, edits_of_att), (GATE, edits_of_gate)):
        for lies in ROW_LIES:
            log = identity_log(lab, log_format)
            log.row.update(lies)
            bad.append(log)
        for number in range(len(edits(plain_log(lab, log_format).data))):
            log = plain_log(lab, log_format)
            bad.append(dataclasses.replace(log, data=edits(log.data)[number]))
    for log in bad:
        log.refused = True
    lab.ship(0, school, [identity_log(lab, ATT), *bad, identity_log(lab, GATE)])


def sends_every_identity_spelling(lab):
    """Line ends, BOM, long card numbers, orders of columns and attributes, quotes, comments, blank lines; empty logs."""
    school = lab.schools[2]
    for log_format in (ATT, GATE):
        files = [identity_log(lab, log_format, line_end=line_end, bom=bom, long_cards=bom, upper_hex=bom, shuffled=bom,
                              blank_lines=line_end == "\n\r", quoted=bom, ends_open=line_end == "\r\n")
                 for line_end in ("\n", "\r\n", "\n\r") for bom in (False, True)]
        files += lab.logs(lab.machine(log_format, 2), [], lab.at(0, "22:00:00"), ends_open=False)
        files += lab.logs(lab.machine(log_format, 2), [], lab.at(0, "22:00:00"), ends_open=True, bom=True)
        lab.ship(0, school, files)


def packs_all_formats_in_all_archives(lab):
    """Every archive type carries every format."""
    for extension in package.EXTENSIONS:
        files = [money.text_log(lab, log_format) for log_format in (money.PKG, money.XF)]
        files += [identity_log(lab, log_format) for log_format in (ATT, GATE)]
        lab.ship(0, lab.schools[2], files, extension=extension)


SCENARIOS = (
    writes_malformed_identity_rows, sounds_malformed_alarms, punches_in_every_way,
    repeats_and_contradicts_identity_records, loses_and_finds_identity_sequences, knows_no_flags,
    come_on_several_nights, refuses_identity_files, sends_every_identity_spelling, packs_all_formats_in_all_archives,
)
