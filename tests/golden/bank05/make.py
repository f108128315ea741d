#!/usr/bin/python3
"""Makes the BANK05 files of this folder anew, good and hostile. What becomes of NAME stands in NAME.out beside it."""
import pathlib

HERE = pathlib.Path(__file__).resolve().parent


def row(person="S1", card="6222020200112233", serial="00000001", bank_serial="BK0001", amount="000010000"):
    return f"{person:12}{card:20}{serial:8}{bank_serial:20}{amount:9}"


def rows(*lines, end="\r\n"):
    return "".join(line + end for line in lines)


FILES = {
    "good": rows(row(), row("20260001ABCD", "1" * 20, "99999999", "2" * 20, "999999999")),
    "lf-and-blanks": rows("", row(), " ", row(serial="00000000"), end="\n"),
    "no-last-end": row(),
    "nothing": "",
    "twice": rows(row(), row()),
    "short": rows(row(), row()[:-1]),
    "long": rows(row() + " "),
    "cut": rows(row(), row())[:-30],
    "tab": rows(row().replace("S1  ", "S1\t ")),
    "small-letter": rows(row("s1")),
    "no-person": rows(row("")),
    "right": rows(row("          S1")),
    "hole": rows(row("S 1")),
    "no-card": rows(row(card="")),
    "card-hole": rows(row(card="6222 0202")),
    "serial": rows(row(), row(serial="       1")),
    "serial-text": rows(row(serial="0000000A")),
    "no-bank-serial": rows(row(bank_serial="")),
    "amount-zero": rows(row(amount="000000000")),
    "amount-negative": rows(row(amount="-00010000")),
    "amount-blanks": rows(row(amount="    10000")),
    "amount-decimal": rows(row(amount="000100.00")),
    "gb18030": rows(row(), row("张三")).encode("gb18030"),
    "nul": rows(row().replace("S1", "S\0")),
    "utf8-marked": b"\xef\xbb\xbf" + rows(row()).encode(),
}
for name, data in FILES.items():
    (HERE / f"{name}.txt").write_bytes(data if isinstance(data, bytes) else data.encode())
