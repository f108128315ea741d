"""The oracle's own reading of pos-bin/1: which file is refused as a whole, and which record is malformed (R-01)."""
import datetime

import primitives as p
from record import Log, OFFLINE, ONLINE, REVERSAL, Record

FIELD_NAMES = ("kind", "mark", "seq", "card", "counter", "before", "amount", "after", "psam_seq", "date", "time",
               "key", "tac", "reference", "operation", "list_version", "serial")
LARGEST_SERIAL = 99999999


def read_header(data):
    """The header's fields, or None where it is not a pos-bin/1 header."""
    if len(data) < 64 or not p.crc_ok(data):
        return None
    (magic, size, epoch, device, psam, school, zero23, count, amount, first, last, created, zero51, version,
     zero56) = p.HEADER.unpack(data[:60])
    digits = [p.unbcd(field) for field in (device, psam, school, created)]
    if magic != p.MAGIC or size != 64 or zero23 or zero51 or zero56 or None in digits:
        return None
    return {"epoch": epoch, "device": digits[0], "psam": digits[1], "psam_bcd": psam, "school": digits[2],
            "count": count, "amount": amount, "first": first, "last": last}


def totals_agree(head, row, raws):
    """Header, manifest and the records as they lie tell the same count, amount and range of sequences."""
    sequences = [int.from_bytes(raw[2:6], "big") for raw in raws]
    amount = sum(int.from_bytes(raw[22:26], "big") for raw in raws)
    truth = (len(raws), amount, min(sequences, default=0), max(sequences, default=0))
    listed = tuple(int(row[key]) for key in ("records", "amount_fen", "first_seq", "last_seq"))
    return truth == listed == (head["count"], head["amount"], head["first"], head["last"])


def read_log(package, row, data, psam_on_file):
    """A file as records, or refused (FORMATS 2); psam_on_file is None for a device that is not on file."""
    head = read_header(data)
    refused = Log(package, row, True, [])
    if head is None or len(data) % 64 or len(data) != 64 * (1 + head["count"]):
        return refused
    if head["device"] != row["device_no"] or head["school"] != package.school:
        return refused
    if psam_on_file is not None and head["psam"] != psam_on_file:
        return refused
    raws = [data[offset:offset + 64] for offset in range(64, len(data), 64)]
    if not totals_agree(head, row, raws):
        return refused
    records = [Record(package, row["file"], number, raw, head["device"], head["psam_bcd"], head["epoch"])
               for number, raw in enumerate(raws, 1)]
    for record in records:
        record.verdict = "" if decode(record) else "malformed"
    return Log(package, row, False, records)


def read_time(date, time):
    """The moment of two packed BCD fields, or None where there is no such moment."""
    digits = (p.unbcd(date) or "", p.unbcd(time) or "")
    try:
        found = datetime.datetime.strptime("".join(digits), "%Y%m%d%H%M%S") if all(digits) else None
    except ValueError:
        return None
    return found if found and found.year >= p.FIRST_YEAR else None


def decode(record):
    """Fills the record's fields; False where R-01 refuses it."""
    raw = dict(zip(FIELD_NAMES, p.RECORD.unpack(record.raw[:60])))
    for name in FIELD_NAMES:
        if name != "card":
            setattr(record, name, raw[name])
    record.content = record.raw
    card = p.unbcd(raw["card"])
    record.card = (card or "")[2:]
    record.at = read_time(raw["date"], raw["time"])
    return (p.crc_ok(record.raw) and card is not None and card.startswith("00") and p.luhn_ok(record.card)
            and record.at is not None and codes_ok(raw) and raw["seq"] > 0 and raw["counter"] > 0
            and raw["amount"] > 0)


def codes_ok(raw):
    """Kind, mark, key nibble, and the fields that are zero unless the kind uses them."""
    kind = raw["kind"]
    if kind not in OFFLINE + ONLINE + (REVERSAL,) or raw["mark"] not in (0, 1) or raw["key"] >> 4 not in (0, 1, 15):
        return False
    if raw["mark"] == 1 and kind not in OFFLINE:
        return False
    if kind == REVERSAL and (raw["reference"] == 0 or raw["tac"] != bytes(4)):
        return False
    serial_ok = raw["serial"] <= LARGEST_SERIAL if kind == 0x02 else raw["serial"] == 0
    return serial_ok and (kind == REVERSAL or raw["reference"] == 0)
