"""The oracle's own reading of pkg-csv/1 and xf-text/1 (FORMATS 3.2, 3.3): refused files, malformed rows, decoded records.

Neither format names a key or tells the balance after; docs/decisions.md says what stands for them.
"""
import re

import forms
import primitives as p
from record import Carried, OFFLINE, ONLINE, Record

PRE_COLUMNS = ("presamno", "pretermdate", "pretermtime", "prepaycnt", "preamount", "pretranstype")
PKG_COLUMNS = ("termno", "termseqno", "samno", "samseqno", "cardno", "termdate", "termtime", "amount", "paycnt",
               "cardbefbal", "lockflag", "grayflag", "tac", "cardtype", *PRE_COLUMNS)
XF_FIELDS = (
    ("seq", 8), ("merchant", 15), ("device", 8), ("card", 20), ("main_type", 2), ("subtype", 2), ("expiry", 8),
    ("app_start", 8), ("app_expiry", 8), ("counter", 6), ("psam_seq", 10), ("before", 8), ("amount", 8), ("at", 14),
    ("kind", 2), ("psam", 12), ("tac", 8), ("gray", 2), ("ticket_type", 2), ("ticket_flag", 1), ("reserved", 6))
IDLE_FIELDS = ("main_type", "subtype", "expiry", "app_start", "app_expiry", "ticket_type", "ticket_flag")
XF_RECORD_CHARS = 158
XF_HEADING = re.compile(r"XF..(\d{8})00000158F{24}")


def whole(values):
    """Whether every form gave something."""
    return None not in values.values()


def new_record(package, row, number, **known):
    """A record of epoch 0 of the row's device, before anything of it is read."""
    return Record(package, row["file"], number, b"", row["device_no"], bytes(6), 0, **known)


def fill(rec, values, idle=()):
    """Takes the fields of a well-formed record; content is all of them, also those no rule reads."""
    for name, value in values.items():
        setattr(rec, name, value)
    rec.content = tuple(values.values()), tuple(idle)
    rec.date, rec.time = p.bcd(f"{rec.at:%Y%m%d}"), p.bcd(f"{rec.at:%H%M%S}")
    sign = 1 if rec.kind in ONLINE else -1
    rec.after = max(0, rec.before + sign * rec.amount)


# pkg-csv/1

def read_pkg(package, row, data):
    """A pkg-csv/1 file as records, or refused."""
    rows = forms.table(data, "utf-8", PKG_COLUMNS, PRE_COLUMNS)
    if rows is None:
        return forms.refused(package, row)
    records = []
    for number, cells in enumerate(rows, 1):
        rec = new_record(package, row, number)
        rec.verdict = "" if cells and decode_pkg(rec, cells) else "malformed"
        records.append(rec)
    return forms.close_log(package, row, records)


def decode_pkg(rec, cells):
    """Fills the record from a row's fields; False where R-01 refuses it."""
    rec.device = forms.digits(cells["termno"], 8) or rec.device
    rec.seq, rec.amount = forms.number(cells["termseqno"]) or 0, forms.number(cells["amount"]) or 0
    values = {
        "device": forms.digits(cells["termno"], 8), "seq": forms.number(cells["termseqno"]),
        "psam": forms.digits(cells["samno"], 12), "psam_seq": forms.number(cells["samseqno"]),
        "card": forms.card_no(cells["cardno"]), "at": forms.compact_time(cells["termdate"] + cells["termtime"]),
        "amount": forms.number(cells["amount"]), "counter": forms.number(cells["paycnt"], forms.UINT16),
        "before": forms.number(cells["cardbefbal"]), "tac": forms.hex_digits(cells["tac"], 8),
        "is_identity": {"0": False, "1": True}.get(cells["lockflag"]),
        "mark": {"0": 0, "1": 1}.get(cells["grayflag"]),
        "chip": cells["cardtype"] if cells["cardtype"] in forms.CHIPS else None}
    good, carried = read_carried([cells[column] for column in PRE_COLUMNS])
    if not (good and whole(values) and len(cells["termdate"]) == 8 and values["seq"] and values["counter"]):
        return False
    if values["is_identity"] == (values["amount"] > 0) or (values["is_identity"] and values["mark"]):
        return False
    fill(rec, dict(values, psam=p.bcd(values["psam"]), kind=0x06, carried=carried))
    return True


def read_carried(cells):
    """(whether the six pre fields are all empty or all of their form, what they carry)."""
    if not any(cells):
        return True, None
    psam, date, time, counter, amount, kind = cells
    values = {"kind": forms.hex_digits(kind, 2), "counter": forms.number(counter, forms.UINT16),
              "amount": forms.number(amount), "psam": forms.digits(psam, 12), "at": forms.compact_time(date + time)}
    if not whole(values) or len(date) != 8 or values["counter"] == 0 or values["kind"][0] not in OFFLINE + ONLINE:
        return False, None
    values.update(kind=values["kind"][0], psam=p.bcd(psam))
    return True, Carried(**values)


# xf-text/1

def read_xf(package, row, data):
    """An xf-text/1 file as records, or refused."""
    text = forms.decode(data, "utf-8")
    heading, *rows = (forms.lines(text) if text is not None else None) or [""]
    match = XF_HEADING.fullmatch(heading)
    if match is None or int(match.group(1)) != len(rows) or any(len(line) != XF_RECORD_CHARS for line in rows):
        return forms.refused(package, row)
    records = []
    for number, line in enumerate(rows, 1):
        rec = new_record(package, row, number)
        rec.verdict = "" if decode_xf(rec, cut(line)) else "malformed"
        records.append(rec)
    return forms.close_log(package, row, records)


def cut(line):
    """The fields of a line by their columns."""
    found, at = {}, 0
    for name, width in XF_FIELDS:
        found[name] = line[at:at + width]
        at += width
    return found


def decode_xf(rec, cells):
    """Fills the record from a line's fields; False where R-01 refuses it (the merchant is asked at its turn)."""
    rec.device = forms.digits(cells["device"], 8) or rec.device
    rec.seq, rec.amount = forms.number(cells["seq"]) or 0, forms.number(cells["amount"]) or 0
    values = {name: forms.number(cells[name]) for name in ("seq", "psam_seq", "before", "amount")}
    values.update(
        device=forms.digits(cells["device"], 8), merchant=forms.digits(cells["merchant"], 15),
        card=forms.card_no(cells["card"]), at=forms.compact_time(cells["at"]),
        counter=forms.number(cells["counter"], forms.UINT16), kind=forms.hex_digits(cells["kind"], 2),
        psam=forms.digits(cells["psam"], 12), tac=forms.hex_digits(cells["tac"], 8),
        mark={"00": 0, "01": 1}.get(cells["gray"]))
    if not (whole(values) and idle_fields_ok(cells) and values["seq"] and values["counter"] and values["amount"]):
        return False
    kind = values["kind"][0]
    if kind not in OFFLINE + ONLINE or (values["mark"] and kind not in OFFLINE):
        return False
    fill(rec, dict(values, psam=p.bcd(values["psam"]), kind=kind), [cells[name] for name in IDLE_FIELDS])
    return True


def idle_fields_ok(cells):
    """The fields that no rule reads: types in digits, dates that exist, the reserved six F."""
    dates = (cells["expiry"], cells["app_start"], cells["app_expiry"])
    plain = cells["main_type"] + cells["subtype"] + cells["ticket_type"] + cells["ticket_flag"]
    return (cells["reserved"] == "F" * 6 and forms.digits(plain, 7) is not None
            and all(map(forms.compact_date, dates)))
