"""status-csv/1 (FORMATS 3.6): what terminals say of themselves; the writer for players, the reader for the oracle."""
import csv
import dataclasses
import datetime
import io
import re

import forms
from record import Log, Record
from terminal import LogFile

FORMAT = "status-csv/1"
COLUMNS = ("device_no", "at", "uncollected", "last_seq", "total_count", "total_amount_fen", "firmware",
           "blacklist_version")
NUMBERS = COLUMNS[2:6]
NUMBER, VERSION, CONTROL = re.compile("[0-9]{1,18}"), re.compile("[0-9]{0,8}"), re.compile("[\x00-\x1f\x7f]")


@dataclasses.dataclass
class Status:
    """A row as the rules ask it."""

    device: str
    at: datetime.datetime
    uncollected: int
    last_seq: int
    total_count: int
    total_amount_fen: int


def status_row(terminal, at, **lies):
    """What the terminal says at a moment, as the columns of a row; lies are columns said otherwise."""
    row = {"device_no": terminal.device, "at": f"{at:%Y-%m-%d %H:%M:%S}", "uncollected": terminal.uncollected,
           "last_seq": terminal.next_seq - 1, "total_count": terminal.total_count,
           "total_amount_fen": terminal.total_amount, "firmware": "2.1.7", "blacklist_version": terminal.list_version}
    return {**row, **lies}


def status_file(rows, created, folder="logs/", columns=COLUMNS):
    """The log file of a collector's status rows, with its manifest row."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([row[column] for column in columns] for row in rows)
    manifest = {"format": FORMAT, "device_no": "", "records": str(len(rows)), "amount_fen": "", "first_seq": "",
                "last_seq": ""}
    return LogFile(f"{folder}status-{created:%Y%m%d%H%M%S}.csv", text.getvalue().encode(), manifest, [])


def read_status(package, row, data):
    """A file as status rows, or refused: a heading or a count that is not right."""
    rows = forms.table(data, "utf-8", COLUMNS)
    if rows is None or len(rows) != int(row["records"]):
        return forms.refused(package, row)
    log = Log(package, row, False, [])
    for number, cells in enumerate(rows, 1):
        status = cells and read_row(cells)
        if status:
            log.statuses.append(status)
        else:
            log.records.append(Record(package, row["file"], number, b"", "", b"", 0, verdict="malformed"))
    return log


def read_row(cells):
    """One row, or None where a field is not of its form: blanks belong to it. Nobody reads the firmware, a line of any text."""
    device, at = forms.digits(cells["device_no"], 8), forms.csv_time(cells["at"])
    counts = [cells[name] for name in NUMBERS if NUMBER.fullmatch(cells[name])]
    good = VERSION.fullmatch(cells["blacklist_version"]) and not CONTROL.search(cells["firmware"])
    if device is None or at is None or len(counts) < len(NUMBERS) or not good:
        return None
    return Status(device, at, *map(int, counts))
