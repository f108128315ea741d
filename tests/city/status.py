"""status-csv/1 (FORMATS 3.6): what terminals say of themselves; the writer for players, the reader for the oracle."""
import csv
import dataclasses
import datetime
import io
import re

from record import Log, Record
from terminal import LogFile

FORMAT = "status-csv/1"
COLUMNS = ("device_no", "at", "uncollected", "last_seq", "total_count", "total_amount_fen", "firmware",
           "blacklist_version")
NUMBERS = COLUMNS[2:6]


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
    try:
        lines = [line for line in csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")) if line]
    except UnicodeDecodeError:
        lines = []
    heading = [name.strip() for name in lines[0]] if lines else []
    if sorted(heading) != sorted(COLUMNS) or len(lines) - 1 != int(row["records"]):
        return Log(package, row, True, [])
    log = Log(package, row, False, [])
    for number, cells in enumerate(lines[1:], 1):
        status = read_row(heading, cells)
        if status:
            log.statuses.append(status)
        else:
            log.records.append(Record(package, row["file"], number, b"", "", b"", 0, verdict="malformed"))
    return log


def read_row(heading, cells):
    """One row, or None where a field is not of its form."""
    if len(cells) != len(heading):
        return None
    fields = {name: cell.strip() for name, cell in zip(heading, cells)}
    if not re.fullmatch(r"\d{8}", fields["device_no"]) or not re.fullmatch(r"\d{0,8}", fields["blacklist_version"]):
        return None
    if not all(re.fullmatch(r"\d{1,18}", fields[name]) for name in NUMBERS):
        return None
    try:
        at = datetime.datetime.strptime(fields["at"], "%Y-%m-%d %H:%M:%S")
    except ValueError:
        return None
    return Status(fields["device_no"], at, *(int(fields[name]) for name in NUMBERS))
