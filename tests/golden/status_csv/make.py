#!/usr/bin/python3
"""Makes the status-csv/1 samples of this folder anew: good files, and hostile ones."""
import pathlib

HERE = pathlib.Path(__file__).resolve().parent
HEAD = "device_no,at,uncollected,last_seq,total_count,total_amount_fen,firmware,blacklist_version"
BOM = b"\xef\xbb\xbf"


def row(**other):
    cells = {"device_no": "13010042", "at": "2026-03-02 21:30:00", "uncollected": "0", "last_seq": "120",
             "total_count": "120", "total_amount_fen": "54000", "firmware": "2.1.7", "blacklist_version": "20260301"}
    return ",".join({**cells, **other}.values())


def text(lines, end="\n", charset="utf-8"):
    return "".join(line + end for line in lines).encode(charset)


def log(*lines):
    return text([HEAD, *lines])


def files():
    yield "good", text([HEAD, row(), row(device_no="00000007", uncollected="3", firmware="二点一"),
                        row(at="2026-03-02 22:00:00", blacklist_version="0"), row(firmware="", blacklist_version="")], "\r\n")
    yield "turned", BOM + text([",".join(reversed(HEAD.split(","))), "", ",".join(reversed(row().split(",")))], "\n\r")
    yield "heading-only", log()
    yield "nothing", b""
    yield "missing-column", text([HEAD.removesuffix(",blacklist_version"), row().removesuffix(",20260301")])
    yield "unknown-column", text([HEAD + ",volts", row() + ",5"])
    yield "fields", log(row(), row(device_no="1301004"), row(device_no=""), row(at="2026-02-30 21:30:00"), row(at=""),
                        row(uncollected=""), row(uncollected="-1"), row(last_seq="1e3"), row(total_count="1" * 19),
                        row(total_amount_fen="540.00"), row(blacklist_version="202603010"), row(blacklist_version="x"),
                        row(firmware="2\t1"), row() + ",", "x", row(total_amount_fen="9" * 18))
    yield "gb18030", text([HEAD, row(firmware="二点一")], charset="gb18030")
    yield "zero", log(row(firmware="2\0"))
    yield "quote", log(row(firmware='2"1'))


for name, data in files():
    (HERE / f"{name}.csv").write_bytes(data)
