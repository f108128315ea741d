"""How machines write pkg-csv/1, xf-text/1, att-csv/1 and gate-xml/1: records in every spelling that FORMATS allows.

A record is a machine.Line: what is true of it stands in fields, what is written otherwise on purpose in cells (by
column) or in text (a whole row).
"""
import dataclasses
import random
from xml.sax.saxutils import quoteattr

PKG_COLUMNS = ("termno", "termseqno", "samno", "samseqno", "cardno", "termdate", "termtime", "amount", "paycnt",
               "cardbefbal", "lockflag", "grayflag", "tac", "cardtype", "presamno", "pretermdate", "pretermtime",
               "prepaycnt", "preamount", "pretranstype")
ATT_COLUMNS = ("device_no", "seq", "card_no", "at", "direction", "method", "result")
EVENT_COLUMNS = ("seq", "card", "at", "kind", "dir", "result", "stop")
ALARM_COLUMNS = ("seq", "at", "kind", "card")
BOM = b"\xef\xbb\xbf"
UINT32 = 0xFFFFFFFF


@dataclasses.dataclass
class Spelling:
    """How one log file is written; none of it changes what the file says."""

    line_end: str = "\n"
    bom: bool = False
    long_cards: bool = False
    upper_hex: bool = False
    shuffled: bool = False
    blank_lines: bool = False
    quoted: bool = False
    ends_open: bool = False
    seed: int = 0

    @classmethod
    def draw(cls, rng):
        """One of the spellings."""
        return cls(rng.choice(("\n", "\r\n", "\n\r")), *(rng.random() < 0.5 for _ in range(7)), rng.randrange(1 << 30))

    def card(self, card_no):
        return f"00{card_no}" if self.long_cards and card_no else card_no

    def hex(self, data):
        return data.hex().upper() if self.upper_hex else data.hex()

    def bytes_of(self, lines, charset="ascii"):
        """The lines as a file."""
        rng = random.Random(self.seed)
        spread = []
        for line in lines:
            if self.blank_lines and rng.random() < 0.2:
                spread.append("")
            spread.append(line)
        text = self.line_end.join(spread) + ("" if self.ends_open else self.line_end)
        return (BOM if self.bom else b"") + text.encode(charset)


def count(text):
    """A number as the sums of a log count it: one that is none counts 0."""
    return int(text) if text.isascii() and text.isdigit() and int(text) <= UINT32 else 0


def totals(pairs):
    """The figures of a manifest row from the (sequence, amount) texts of the records."""
    pairs = [(count(sequence), count(amount)) for sequence, amount in pairs]
    sequences = [sequence for sequence, _ in pairs]
    return {"records": str(len(pairs)), "amount_fen": str(sum(amount for _, amount in pairs)),
            "first_seq": str(min(sequences, default=0)), "last_seq": str(max(sequences, default=0))}


# CSV

def csv_field(text, quoted):
    if quoted or any(char in text for char in ',"\n\r'):
        return '"' + text.replace('"', '""') + '"'
    return text


def csv_lines(columns, lines, cells_of, spelling):
    """Heading and rows, the columns in the spelling's order; a line's own text stands as it is."""
    order = list(columns)
    if spelling.shuffled:
        random.Random(spelling.seed).shuffle(order)
    yield ",".join(csv_field(column, spelling.quoted) for column in order)
    for line in lines:
        if line.text is not None:
            yield line.text
            continue
        cells = {**cells_of(line, spelling), **line.cells}
        yield ",".join(csv_field(cells[column], spelling.quoted) for column in order)


def csv_totals(columns, lines, cells_of, spelling):
    """As totals, of the columns (sequence, amount); a row of its own text has no numbers."""
    found = []
    for line in lines:
        cells = {**cells_of(line, spelling), **line.cells} if line.text is None else {}
        found.append(tuple(cells.get(column, "") for column in columns))
    return totals(found)


def pkg_cells(line, spelling):
    """The columns of a pkg-csv/1 row."""
    fields = line.fields
    cells = {"termno": fields["device"], "termseqno": str(fields["seq"]), "samno": fields["psam"],
             "samseqno": str(fields["psam_seq"]), "cardno": spelling.card(fields["card"]),
             "termdate": f"{fields['at']:%Y%m%d}", "termtime": f"{fields['at']:%H%M%S}",
             "amount": str(fields["amount"]), "paycnt": str(fields["counter"]), "cardbefbal": str(fields["before"]),
             "lockflag": str(int(fields.get("lock", 0))), "grayflag": str(fields.get("mark", 0)),
             "tac": spelling.hex(fields["tac"]), "cardtype": fields["chip"]}
    before = fields.get("previous")
    cells.update(dict.fromkeys(PKG_COLUMNS[14:], ""))
    if before:
        cells.update(presamno=before["psam"], pretermdate=f"{before['at']:%Y%m%d}",
                     pretermtime=f"{before['at']:%H%M%S}", prepaycnt=str(before["counter"]),
                     preamount=str(before["amount"]), pretranstype=spelling.hex(bytes([before["kind"]])))
    return cells


def write_pkg(machine, lines, spelling, created):
    """(bytes, figures of the manifest) of a pkg-csv/1 log."""
    del machine, created
    figures = csv_totals(("termseqno", "amount"), lines, pkg_cells, spelling)
    return spelling.bytes_of(csv_lines(PKG_COLUMNS, lines, pkg_cells, spelling), "utf-8"), figures


def att_cells(line, spelling):
    """The columns of an att-csv/1 row."""
    fields = line.fields
    return {"device_no": fields["device"], "seq": str(fields["seq"]), "card_no": spelling.card(fields["card"]),
            "at": f"{fields['at']:%Y-%m-%d %H:%M:%S}", "direction": fields["direction"], "method": fields["method"],
            "result": fields["result"]}


def write_att(machine, lines, spelling, created):
    """(bytes, figures of the manifest) of an att-csv/1 log."""
    del machine, created
    figures = csv_totals(("seq", ""), lines, att_cells, spelling)
    return spelling.bytes_of(csv_lines(ATT_COLUMNS, lines, att_cells, spelling), "gb18030"), figures


# xf-text/1

def xf_cells(line, spelling):
    """The fields of an xf-text/1 line with their widths."""
    fields = line.fields
    return {
        "seq": f"{fields['seq']:08d}", "merchant": fields["merchant"] or "0" * 15, "device": fields["device"],
        "card": f"00{fields['card']}", "main_type": "01", "subtype": "02", "expiry": "20351231",
        "app_start": "20200901", "app_expiry": "20351231", "counter": f"{fields['counter']:06d}",
        "psam_seq": f"{fields['psam_seq']:010d}", "before": f"{fields['before']:08d}",
        "amount": f"{fields['amount']:08d}", "at": f"{fields['at']:%Y%m%d%H%M%S}",
        "kind": spelling.hex(bytes([fields["kind"]])), "psam": fields["psam"], "tac": spelling.hex(fields["tac"]),
        "gray": f"{fields.get('mark', 0):02d}", "ticket_type": "00", "ticket_flag": "0", "reserved": "F" * 6}


def write_xf(machine, lines, spelling, created):
    """(bytes, figures of the manifest) of an xf-text/1 log."""
    del created
    rows = [{**xf_cells(line, spelling), **line.cells} for line in lines]
    texts = ["".join(cells.values()) if line.text is None else line.text for line, cells in zip(lines, rows)]
    heading = f"XF{machine.industry}{len(texts):08d}00000158{'F' * 24}"
    return spelling.bytes_of([heading, *texts]), totals([(cells["seq"], cells["amount"]) for cells in rows])


# gate-xml/1

def gate_cells(line, spelling):
    """The attributes of an event or an alarm."""
    fields = line.fields
    columns = ALARM_COLUMNS if fields["element"] == "alarm" else EVENT_COLUMNS
    cells = {column: fields.get(column, "") for column in columns}
    cells.update(seq=str(fields["seq"]), card=spelling.card(fields["card"]), at=xml_time(fields["at"]))
    return cells


def xml_time(at):
    return f"{at:%Y-%m-%dT%H:%M:%S}+08:00"


def element(name, attributes, spelling, rng, closed=True):
    """A tag, its attributes in the spelling's order and quotes."""
    pairs = list(attributes.items())
    if spelling.shuffled:
        rng.shuffle(pairs)
    if spelling.quoted:
        words = [f"{key} = {single_quoted(value)}" for key, value in pairs]
    else:
        words = [f"{key}={quoteattr(value)}" for key, value in pairs]
    end = ">" if not closed else f"></{name}>" if spelling.ends_open else "/>"
    return f"<{name} {' '.join(words)}{end}"


def single_quoted(value):
    return "'" + value.replace("&", "&amp;").replace("<", "&lt;").replace("'", "&#39;").replace(">", "&#x3E;") + "'"


def write_gate(machine, lines, spelling, created):
    """(bytes, figures of the manifest) of a gate-xml/1 log."""
    rng = random.Random(spelling.seed)
    head = {"device": machine.device, "school": machine.school, "created": xml_time(created)}
    texts = ['<?xml version="1.0" encoding="UTF-8"?>'] if spelling.upper_hex else []
    if spelling.blank_lines:
        texts.append("<!-- written by the gate's controller -->")
    texts.append(element("gateLog", head, spelling, rng, closed=False))
    figures = []
    for line in lines:
        cells = {**gate_cells(line, spelling), **line.cells}
        figures.append((cells["seq"] or "", ""))
        cells = {key: value for key, value in cells.items() if value is not None}
        texts.append(line.text or element(line.fields["element"], cells, spelling, rng))
    texts.append("</gateLog>")
    indented = [f"  {text}" if text.startswith(("<event", "<alarm")) else text for text in texts]
    plain = dataclasses.replace(spelling, blank_lines=spelling.blank_lines and not spelling.upper_hex)
    return plain.bytes_of(indented, "utf-8"), totals(figures)


WRITERS = {"pkg-csv/1": (write_pkg, "csv"), "xf-text/1": (write_xf, "txt"), "att-csv/1": (write_att, "csv"),
           "gate-xml/1": (write_gate, "xml")}
