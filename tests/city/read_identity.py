"""The oracle's own reading of att-csv/1 and gate-xml/1 (FORMATS 3.4, 3.5): records that say who was where, never money."""
import re
import xml.parsers.expat

import forms
from read_money import new_record, whole

ATT_COLUMNS = ("device_no", "seq", "card_no", "at", "direction", "method", "result")
DIRECTIONS = ("I", "O", "-")
METHODS = ("card", "finger", "card+finger", "photo")
RESULTS = ("ok", "early", "repeat", "black", "unknown")
LOG_ATTRIBUTES = {"device", "school", "created"}
ATTRIBUTES = {"event": ("seq", "card", "at", "kind", "dir", "result", "stop"), "alarm": ("seq", "at", "kind", "card")}
MAY_BE_MISSING = {"card", "stop"}
EVENT_KINDS = ("gate", "dorm", "bus")
EVENT_DIRECTIONS = ("in", "out", "on", "off")
EVENT_RESULTS = ("granted", "denied")
ALARM_KINDS = ("tamper", "fire", "forced", "help")


def one_of(text, allowed):
    return text if text in allowed else None


def card_or_none(text, may_be_empty):
    """As forms.card_no, but an empty text where the format allows it."""
    return "" if text == "" and may_be_empty else forms.card_no(text)


def fill(rec, values):
    """Takes the fields of a well-formed record."""
    rec.seq, rec.card, rec.at, rec.is_identity = values["seq"], values["card"], values["at"], True
    rec.is_of_a_door = "element" not in values or values["element"] == "event" and values["kind"] != "bus"
    rec.content = tuple(values.values())


# att-csv/1

def read_att(package, row, data):
    """An att-csv/1 file as records, or refused."""
    rows = forms.table(data, "gb18030", ATT_COLUMNS)
    if rows is None:
        return forms.refused(package, row)
    records = []
    for number, cells in enumerate(rows, 1):
        rec = new_record(package, row, number, is_identity=True)
        rec.verdict = "" if cells and decode_att(rec, cells) else "malformed"
        records.append(rec)
    return forms.close_log(package, row, records)


def decode_att(rec, cells):
    """Fills the record from a row's fields; False where R-01 refuses it."""
    rec.device = forms.digits(cells["device_no"], 8) or rec.device
    rec.seq = forms.number(cells["seq"]) or 0
    values = {"device": forms.digits(cells["device_no"], 8), "seq": forms.number(cells["seq"]),
              "card": card_or_none(cells["card_no"], cells["method"] == "photo"), "at": forms.csv_time(cells["at"]),
              "direction": one_of(cells["direction"], DIRECTIONS), "method": one_of(cells["method"], METHODS),
              "result": one_of(cells["result"], RESULTS)}
    if not whole(values) or not values["seq"]:
        return False
    fill(rec, values)
    return True


# gate-xml/1

class Broken(Exception):
    """The file is refused."""


class GateLog:
    """Takes the elements of a gate log as they come; raises Broken where the file has another form."""

    def __init__(self):
        self.depth, self.head, self.found = 0, None, []

    def start(self, name, attributes):
        if self.depth == 0 and name == "gateLog" and set(attributes) == LOG_ATTRIBUTES:
            self.head = attributes
        elif self.depth == 1 and name in ATTRIBUTES:
            self.found.append((name, attributes))
        elif self.depth > 1:
            self.spoil()
        else:
            raise Broken(f"element {name}")
        self.depth += 1

    def end(self, _):
        self.depth -= 1

    def text(self, text):
        if text.strip(" \t\r\n"):
            if self.depth == 1:
                raise Broken("text")
            self.spoil()

    def spoil(self):
        """An event that holds anything breaks the form."""
        self.found[-1][1]["content"] = ""

    @staticmethod
    def refuse(*_):
        raise Broken("a DTD")

    @staticmethod
    def declare(_, encoding, __):
        if encoding is not None and encoding.lower() != "utf-8":
            raise Broken(f"encoding {encoding}")


def parse_gate(data):
    """The elements of a gate log; raises Broken where it is not well-formed or of another form."""
    log = GateLog()
    parser = xml.parsers.expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = log.start, log.end
    parser.CharacterDataHandler = log.text
    parser.StartDoctypeDeclHandler, parser.XmlDeclHandler = log.refuse, log.declare
    try:
        data.removeprefix(forms.BOM).decode("utf-8")
        parser.Parse(data, True)
    except (UnicodeDecodeError, xml.parsers.expat.ExpatError) as error:
        raise Broken(str(error)) from error
    return log


def read_gate(package, row, data):
    """A gate-xml/1 file as records, or refused."""
    try:
        log = parse_gate(data)
    except Broken:
        return forms.refused(package, row)
    head = log.head
    if (head["device"] != row["device_no"] or head["school"] != package.school
            or forms.xml_time(head["created"]) is None):
        return forms.refused(package, row)
    records = []
    for number, (name, attributes) in enumerate(log.found, 1):
        rec = new_record(package, row, number, is_identity=True)
        rec.verdict = "" if decode_gate(rec, name, attributes) else "malformed"
        records.append(rec)
    return forms.close_log(package, row, records)


def decode_gate(rec, name, attributes):
    """Fills the record from an element; False where R-01 refuses it."""
    rec.seq = forms.number(attributes.get("seq", "")) or 0
    known = set(ATTRIBUTES[name])
    if not known - MAY_BE_MISSING <= set(attributes) <= known:
        return False
    values = {"element": name, "seq": forms.number(attributes["seq"]), "at": forms.xml_time(attributes["at"])}
    if name == "alarm":
        values.update(kind=one_of(attributes["kind"], ALARM_KINDS), card=card_or_none(attributes.get("card", ""), True))
    else:
        may_be_empty = attributes["result"] == "denied"
        values.update(
            card=card_or_none(attributes.get("card", ""), may_be_empty), kind=one_of(attributes["kind"], EVENT_KINDS),
            dir=one_of(attributes["dir"], EVENT_DIRECTIONS), result=one_of(attributes["result"], EVENT_RESULTS),
            stop=stop_name(attributes.get("stop", "")))
    if not whole(values) or not values["seq"]:
        return False
    fill(rec, values)
    return True


def stop_name(text):
    """A stop's name: no control characters, within the limit of a field."""
    good = not re.search(r"[\x00-\x1f\x7f]", text) and len(text.encode()) <= forms.FIELD_BYTES
    return text if good else None
