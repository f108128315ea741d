"""The oracle's reading of what text logs share: characters, lines, CSV, and the forms of single fields (FORMATS 0, 3).

A form gives None where a text is not of it; what follows from that (malformed, refused) each format says itself.
"""
import datetime
import re

import primitives as p
from record import Log

UINT16, UINT32 = 0xFFFF, 0xFFFFFFFF
LINE_BYTES, FIELD_BYTES = 8192, 2048
BOM = b"\xef\xbb\xbf"
LINE_END = re.compile(r"\r\n|\n\r|\n")
CELL = re.compile(r'(?:"((?:[^"]|"")*)"|([^",\n]*))(,|\n|\Z)')
COMPACT_DATE = re.compile(r"(\d{4})(\d\d)(\d\d)", re.ASCII)
COMPACT_TIME = re.compile(r"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)", re.ASCII)
CSV_TIME = re.compile(r"(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)", re.ASCII)
XML_TIME = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)\+08:00", re.ASCII)
CHIPS = ("cpu3des", "cpusm4", "m1")


# Characters and lines

def decode(data, charset):
    """The text of a log, a BOM of UTF-8 left out whatever the charset, with one LF for each line end, or None."""
    try:
        text = data.removeprefix(BOM).decode(charset)
    except UnicodeDecodeError:
        return None
    text = LINE_END.sub("\n", text)
    return None if "\0" in text or "\r" in text else text


def lines(text):
    """The lines that are not blank."""
    return [line for line in text.split("\n") if line.strip(" \t")]


def too_long(text, charset):
    return len(text.encode(charset)) > LINE_BYTES


# CSV

def csv_rows(text, charset):
    """The rows of a CSV text as lists of fields, blank lines left out; None where it is not RFC 4180 or over a limit."""
    if '"' not in text:
        found = [line.split(",") for line in lines(text)]
    else:
        found = quoted_rows(text)
    for row in found or ():
        if too_long(",".join(row), charset) or any(len(field.encode(charset)) > FIELD_BYTES for field in row):
            return None
    return found


def quoted_rows(text):
    """As csv_rows, field by field, for a text with quotes."""
    rows, row, at = [], [], 0
    while at < len(text):
        match = CELL.match(text, at)
        if match is None:
            return None
        quoted, plain, end = match.groups()
        row.append(plain if quoted is None else quoted.replace('""', '"'))
        at = match.end()
        if end != ",":
            rows += [row] if len(row) > 1 or quoted is not None or plain.strip(" \t") else []
            row = []
    if row:
        row.append("")
    return rows + ([row] if row else [])


def table(data, charset, columns, optional=()):
    """A CSV log as dicts by column, None for a row with the wrong number of columns; None where it is no such file."""
    text = decode(data, charset)
    rows = csv_rows(text, charset) if text is not None else None
    if not rows:
        return None
    heading = rows[0]
    known = set(heading) <= set(columns) and set(columns) - set(optional) <= set(heading)
    if not known or len(set(heading)) != len(heading):
        return None
    missing = dict.fromkeys(set(columns) - set(heading), "")
    return [{**missing, **dict(zip(heading, row))} if len(row) == len(heading) else None for row in rows[1:]]


# Fields

def digits(text, count):
    """The text, if it is so many decimal digits."""
    return text if len(text) == count and text.isascii() and text.isdigit() else None


def number(text, most=UINT32):
    """A whole number from 0 to most in decimal digits."""
    if not (text.isascii() and text.isdigit() and len(text) <= 20):
        return None
    return int(text) if int(text) <= most else None


def hex_digits(text, count):
    """The bytes of so many hex digits of either case."""
    return bytes.fromhex(text) if re.fullmatch(f"[0-9a-fA-F]{{{count}}}", text) else None


def card_no(text):
    """The 18 digits of a card number written with 18, or with 20 digits and 00 before."""
    if digits(text, 20) and text.startswith("00"):
        text = text[2:]
    return text if digits(text, 18) and p.luhn_ok(text) else None


def moment(pattern, text):
    """The moment whose parts a text of the pattern names; None where there is no such moment."""
    match = pattern.fullmatch(text)
    try:
        found = datetime.datetime(*map(int, match.groups())) if match else None
    except ValueError:
        return None
    return found if found and found.year >= p.FIRST_YEAR else None


def compact_date(text):
    """YYYYMMDD, as the moment at which the day begins."""
    return moment(COMPACT_DATE, text)


def compact_time(text):
    """YYYYMMDDhhmmss."""
    return moment(COMPACT_TIME, text)


def csv_time(text):
    return moment(CSV_TIME, text)


def xml_time(text):
    return moment(XML_TIME, text)


# Whole logs

def close_log(package, row, records):
    """The log of a manifest row, refused where its records are another device's or disagree with the row."""
    sequences = [rec.seq for rec in records]
    found = (len(records), sum(rec.amount for rec in records), min(sequences, default=0), max(sequences, default=0))
    listed = tuple(int(row[key]) for key in ("records", "amount_fen", "first_seq", "last_seq"))
    if found != listed or any(rec.device != row["device_no"] for rec in records):
        return refused(package, row)
    return Log(package, row, False, records)


def refused(package, row):
    return Log(package, row, True, [])
