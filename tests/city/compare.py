#!/usr/bin/env python3
"""Holds the api views, acks and statements against the city's truth, as multisets.

Usage: compare.py --truth DIR/truth/<date> --conninfo "…" [--acks SFTPROOT] [--outbox OUTBOX]
Exits 1 when anything differs. Flow tests call differences().
"""
import argparse
import collections
import csv
import io
import pathlib
import re
import subprocess
import sys

from truth import VIEWS

SHOWN = 20
END_OF_VIEW = "-- end of view --"
COLUMNS = {
    "occurred_at": "to_char(occurred_at AT TIME ZONE INTERVAL '08:00', 'YYYY-MM-DD HH24:MI:SS')",
    # as truth.reversed_name() says it
    "reverses": "bought.name",
}
SOURCES = {
    "transfer": """api.transfer LEFT JOIN (
        SELECT transfer_id AS bought_id, device_no || '-' || device_seq || ':' || debit_account || '-' || credit_account AS name
          FROM api.transfer) AS bought ON bought_id = reverses""",
    "entry": """(
        SELECT min(accounting_date) AS accounting_date, string_agg(leg, '; ' ORDER BY leg COLLATE "C") AS legs
          FROM (SELECT entry_id, accounting_date, concat_ws(' ', kind, debit_account, credit_account, amount_fen,
                                                            coalesce(device_no::text, ''),
                                                            coalesce(device_seq::text, '')) AS leg
                  FROM api.transfer) AS legs
         GROUP BY entry_id) AS entry""",
}
# Where FORMATS leaves fields of an exception open, only these are compared.
EXCEPTION_FIELDS = {
    "malformed": {"verdict", "state", "archive", "file", "record_no"},
    "file_refused": {"verdict", "state", "school_code", "accounting_date", "archive", "file"},
    "negative_balance": {"verdict", "state", "card_no", "amount_fen", "accounting_date"},
    "counter_gap": {"verdict", "state", "card_no", "counter", "accounting_date", "detail"},
}
GAP_DETAIL = re.compile(r"(?:\d+|offline|online):\d+-\d+")


def read_views(conninfo):
    """{view: rows} of the api views (and of what follows from one), as lists of text in the columns of the truth."""
    script = []
    for view, names in VIEWS.items():
        columns = ", ".join(COLUMNS.get(column, column) for column in names.split(","))
        source = " ".join(SOURCES.get(view, f"api.{view}").split())
        script += ["-c", f"COPY (SELECT {columns} FROM {source}) TO STDOUT (FORMAT csv)", "-c", f"\\echo {END_OF_VIEW}"]
    done = subprocess.run(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", conninfo, *script], capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"psql: {done.stderr.strip()}")
    return {view: list(csv.reader(io.StringIO(text, newline=""))) for view, text in
            zip(VIEWS, done.stdout.split(f"{END_OF_VIEW}\n"))}


def truth_rows(truth_dir, view):
    with open(truth_dir / f"{view}.csv", newline="", encoding="utf-8") as source:
        rows = list(csv.reader(source))
    if rows[0] != VIEWS[view].split(","):
        raise RuntimeError(f"{view}: truth has other columns than compare.py")
    return rows[1:]


def plain_exception(row):
    """The row with the fields blanked that are not compared for its verdict."""
    fields = dict(zip(VIEWS["exception"].split(","), row))
    keep = EXCEPTION_FIELDS.get(fields["verdict"], set(fields))
    gap = GAP_DETAIL.match(fields["detail"]) if fields["verdict"].endswith("_gap") else None
    fields["detail"] = gap.group() if gap else ""
    return tuple(value if name in keep else "" for name, value in fields.items())


def multiset(view, rows):
    return collections.Counter(map(plain_exception if view == "exception" else tuple, rows))


def view_differences(truth_dir, view, rows):
    """Lines for the rows that only one side has: a total, then the first of each side next to each other."""
    truth = multiset(view, truth_rows(truth_dir, view))
    found = multiset(view, rows)
    missing = sorted((truth - found).elements())
    surplus = sorted((found - truth).elements())
    if not missing and not surplus:
        return
    yield (f"{view}: {len(missing)} rows of the truth are not in the view, {len(surplus)} rows of the view are not "
           f"in the truth ({VIEWS[view]})")
    both = sorted([(row, "truth") for row in missing] + [(row, "view ") for row in surplus])
    for row, side in both[:SHOWN]:
        yield f"{view}: {side} {','.join(row)}"


def read_lines(path):
    return path.read_bytes().splitlines(True)


def ack_lines(path):
    """The lines of an ack; the reason of a refused file's row, which FORMATS leaves open, as "refused"."""
    lines = []
    for line in read_lines(path):
        fields = line.split(b",", 8)
        if len(fields) == 9 and fields[0] not in (b"file", b"TOTAL") and fields[8] != b"\r\n":
            fields[8] = b"refused\r\n"
        lines.append(b",".join(fields))
    return lines


def file_differences(word, expected, found, lines_of=read_lines):
    """Lines for files that only one side has or whose lines differ; both are name → path."""
    shown = 0
    for name in sorted(expected.keys() | found.keys()):
        if name not in found:
            line = f"{word}: {name} is missing"
        elif name not in expected:
            line = f"{word}: {name} is not in the truth"
        elif lines_of(expected[name]) != lines_of(found[name]):
            line = f"{word}: {name} differs: {first_difference(lines_of(expected[name]), lines_of(found[name]))}"
        else:
            continue
        shown += 1
        if shown <= SHOWN:
            yield line
    if shown > SHOWN:
        yield f"{word}: {shown} differences in all"


def first_difference(expected, found):
    for number, (left, right) in enumerate(zip(expected, found), 1):
        if left != right:
            return f"line {number}: truth {left!r}, found {right!r}"
    return f"truth has {len(expected)} lines, found {len(found)}"


def ack_differences(truth_dir, acks_root):
    expected = {f"{path.parent.name}/{path.name}": path for path in (truth_dir / "acks").glob("*/*")}
    found = {f"{path.parent.parent.name}/{path.name}": path for path in pathlib.Path(acks_root).glob("*/ack/*")}
    yield from file_differences("ack", expected, found, ack_lines)


def statement_differences(truth_dir, outbox):
    def by_name(root):
        return {path.relative_to(root).as_posix(): path for path in root.glob("*/*/statement.csv")}
    yield from file_differences("statement.csv", by_name(truth_dir / "statements"),
                                by_name(pathlib.Path(outbox) / "merchant"))


def differences(truth_dir, conninfo, acks_root=None, outbox=None):
    """All differences as lines; empty where the data centre shows exactly the truth."""
    truth_dir = pathlib.Path(truth_dir)
    lines = [line for view, rows in read_views(conninfo).items() for line in view_differences(truth_dir, view, rows)]
    if acks_root is not None:
        lines += ack_differences(truth_dir, acks_root)
    if outbox is not None:
        lines += statement_differences(truth_dir, outbox)
    return lines


def main(words):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--truth", required=True)
    parser.add_argument("--conninfo", required=True)
    parser.add_argument("--acks")
    parser.add_argument("--outbox")
    options = parser.parse_args(words)
    lines = differences(options.truth, options.conninfo, options.acks, options.outbox)
    print("\n".join(lines) if lines else f"compare: everything agrees with {options.truth}")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
