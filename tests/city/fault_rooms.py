"""Where FORMATS leaves room: each case as README.md says that the oracle reads it."""
import dataclasses

from fault_identity import ATT, GATE, identity_log, look
from fault_identity import plain_log as plain_identity_log
from fault_money_logs import PKG, XF, plain_log, text_log

MALFORMED_PKG = (
    {"termno": "3000010x"}, {"termno": ""}, {"termno": "300001010"}, {"cardtype": "cpu3des€"}, {"cardtype": "CPU3DES"},
    {"paycnt": "65536"}, {"samseqno": "4294967296"}, {"cardbefbal": "4294967296"}, {"amount": "4294967296"},
    {"termseqno": "4294967296"}, {"amount": "99999999999999999999999"}, {"paycnt": "+11"},
    {"presamno": "370100000001"}, {"pretranstype": "06"}, {"prepaycnt": "9"},
    {"presamno": "370100000001", "pretermdate": "20260301", "pretermtime": "120000", "prepaycnt": "0", "preamount": "5",
     "pretranstype": "06"},
    {"lockflag": "1", "amount": "0", "paycnt": "0"}, {"lockflag": ""}, {"grayflag": ""}, {"lockflag": "01"},
)
MALFORMED_XF = (
    {"device": "3000010x"}, {"device": " " * 8}, {"counter": "065536"}, {"psam_seq": "4294967296"},
    {"expiry": "20351301"}, {"at": "18991231235959"}, {"app_start": "00000000"}, {"app_expiry": "2035123x"}, {"main_type": "x1"},
    {"subtype": "  "}, {"ticket_type": "F0"}, {"ticket_flag": "A"}, {"reserved": "ffffff"}, {"gray": "1F"},
)
MALFORMED_ATT = ({"device_no": "3000018x"}, {"device_no": ""}, {"seq": "4294967296"}, {"seq": "+5"}, {"at": "1899-12-31 23:59:59"})
MALFORMED_EVENTS = ({"note": "x"}, {"stop": "a\x7fb"}, {"stop": "站" * 700}, {"seq": "4294967296"}, {"Card": ""},
                    {"at": "1899-12-31T23:59:59+08:00"})


def reads_odd_rows(lab):
    """Fields whose form FORMATS does not spell out: malformed, and the rest of the file goes on."""
    for log_format, faults in ((PKG, MALFORMED_PKG), (XF, MALFORMED_XF)):
        machine = lab.machine(log_format)
        for cells in faults:
            line = machine.sell(lab.card(), 100, lab.at(0))
            machine.memory[-1] = line.changed(previous=None).written(**cells)
        lab.put(0, machine)
    for log_format, faults in ((ATT, MALFORMED_ATT), (GATE, MALFORMED_EVENTS)):
        machine = lab.machine(log_format)
        for cells in faults:
            machine.memory[-1] = look(machine, lab.card().card_no, lab.at(0)).written(**cells)
        lab.put(0, machine)


def takes_odd_rows(lab):
    """What the oracle lets pass: leading zeros, a samno that is not the device's, no stop, a merchant nobody asks for."""
    bus = lab.machine(PKG)
    line = bus.sell(lab.card(), 100, lab.at(0))
    bus.memory[-1] = line.copy(cells={"amount": "000000000100", "paycnt": "0011", "termseqno": "0001"})
    bus.sell(lab.card(), 110, lab.at(0), psam="990000000001")
    line = bus.sell(lab.card(), 120, lab.at(0))
    bus.memory[-1] = line.copy(cells={"presamno": "370100000001", "pretermdate": "20260301", "pretermtime": "120000",
                                      "prepaycnt": "9", "preamount": "0", "pretranstype": "db"})
    lab.put(0, bus)
    pos = lab.machine(XF, valid_from=str(lab.day(1)))
    pos.sell(lab.card(), 130, lab.at(0), merchant="123456789012345", flags={"unknown_terminal"})
    pos.sell(lab.card(), 140, lab.at(0), psam="990000000001", flags={"unknown_terminal"})
    lab.put(0, pos)
    bare = lab.machine(XF, suffix="", kind="load")
    bare.sell(lab.card(), 150, lab.at(0), merchant="123456789012345", flags={"unknown_terminal"})
    bare.industry = "ZZ"
    lab.put(0, bare)
    gate = lab.machine(GATE)
    for cells in ({"stop": None}, {"stop": None, "card": None, "result": "denied"}):
        gate.memory[-1] = look(gate, lab.card().card_no, lab.at(0)).copy(cells=cells)
    gate.memory.append(gate.see(lab.at(0), element="alarm", kind="help").copy(cells={"card": None}))
    gate.memory.pop(-2)
    look(gate, lab.card().card_no, lab.at(0), kind="gate", dir="off")
    lab.put(0, gate)


def odd_pkg(data):
    first = data.splitlines(True)[1]
    return [data.replace(b",cpu3des", b",cpu\xff3des", 1), data.replace(b",cpu3des", b",cpu3des\0", 1),
            data.replace(b",cpu3des", b"\r,cpu3des", 1), data.replace(b",cpu3des", b"," + b"x" * 2049, 1),
            data.replace(first, b"x," * 5000 + first)]


def odd_xf(data):
    return [data.replace(b"FFFFFF\n", b"FFFFF\xff\n", 1), data.replace(b"F" * 24, b"f" * 24), data.replace(b"XF01", b"XF\xe5\xad")]


def odd_att(data):
    return [data.replace(b",card,", b",card\xff,", 1), data.replace(b",card,", b",\x81,", 1),
            data.replace(b",card,", b",card\0,", 1)]


def odd_gate(data):
    event = data.splitlines(True)[2]
    return [data.replace(b"UTF-8", b"GB18030"), data.replace(event, b"  <note/>\n" + event),
            data.replace(event, b"words" + event), data.replace(b"+08:00\">", b"Z\">", 1),
            data.replace(b" created=", b" edition=\"2\" created=", 1), data.replace(b"<gateLog", b"<gateLog xmlns=\"urn:x\"", 1)]


def refuses_odd_files(lab):
    """Bytes that are no text, lines and fields over the limits, elements nobody knows."""
    bad = []
    for log_format, edits, make in ((PKG, odd_pkg, plain_log), (XF, odd_xf, plain_log), (ATT, odd_att, plain_identity_log),
                                    (GATE, odd_gate, plain_identity_log)):
        for number in range(len(edits(make(lab, log_format).data))):
            log = make(lab, log_format)
            data = edits(log.data)[number]
            assert data != log.data, (log_format, number)
            bad.append(dataclasses.replace(log, data=data, refused=True))
    unknown = text_log(lab, PKG)
    unknown.row["format"] = "pkg-csv/2"
    lab.ship(0, lab.schools[2], bad)
    lab.ship(0, lab.schools[2], [unknown], expect="bad_manifest")


def takes_odd_files(lab):
    """Headings without the pre columns, blanks on blank lines, events that hold something, a log of another format, the BOM of
    UTF-8 before GB18030."""
    pkg = plain_log(lab, PKG)
    rows = [line.split(b",") for line in pkg.data.splitlines()]
    cards = [row[:14] for row in rows]
    pkg = dataclasses.replace(pkg, data=b"\n \t\n".join(b",".join(row) for row in cards))
    gate = plain_identity_log(lab, GATE)
    first, second = gate.data.splitlines(True)[2:4]
    data = gate.data.replace(first, first.replace(b"/>", b"><more><!-- <x> --><a/></more></event>"))
    data = data.replace(second, second.replace(b"/>", b">words</event>"))
    gate = dataclasses.replace(gate, data=data.replace(b"  <event", b"<!-- <x> --><?pi?> <event"))
    gate.entries[:2] = [entry.copy(expect="malformed") for entry in gate.entries[:2]]
    marked = plain_identity_log(lab, ATT)
    data = b"\xef\xbb\xbf" + marked.data.replace(b",card,", ",刷卡,".encode("gb18030"), 1)
    marked = dataclasses.replace(marked, data=data)
    marked.entries[0] = marked.entries[0].copy(expect="malformed")
    strayed = identity_log(lab, ATT)
    lab.world.rows["terminal"][-1]["log_format"] = "gate-xml/1"
    lab.ship(0, lab.schools[2], [pkg, gate, marked, strayed])


SCENARIOS = (reads_odd_rows, takes_odd_rows, refuses_odd_files, takes_odd_files)
