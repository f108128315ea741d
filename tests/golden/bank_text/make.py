#!/usr/bin/python3
"""Makes the replies of the text profile in this folder anew, good and hostile. What becomes of NAME stands in NAME.out beside it."""
import pathlib

HERE = pathlib.Path(__file__).resolve().parent
HEAD, TRAILER = "H|0001|20260302|2|15000", "T|2|15000"
ONE = "D|1|6222020200112233|张三|A20260001|370102010000000011|10000|0000|成功|BK0001"
TWO = "D|2|6222020200112234|李四|A20260002|370102010000000029|5000|1001|余额不足|"


def reply(*lines, end="\r\n"):
    return "".join(line + end for line in lines)


FILES = {
    "good": reply(HEAD, ONE, TWO, TRAILER),
    "bars-at-ends": reply(HEAD + "|", ONE + "|", TWO + "|", TRAILER + "|"),
    "lf-and-blanks": reply("", HEAD, TWO, " ", ONE, TRAILER, "", end="\n"),
    "no-last-end": reply(HEAD, ONE, TWO, TRAILER)[:-2],
    # The second byte of this name's character is a bar.
    "bar-within": reply(HEAD, ONE.replace("张三", "亅丂"), TWO, TRAILER).encode("gb18030").replace("亅丂".encode("gb18030"), b"\x81\x7c\x81\x7c"),
    "four-bytes": reply(HEAD, ONE.replace("张三", "𠮷é"), TWO, TRAILER),
    "utf8-marked": b"\xef\xbb\xbf" + reply(HEAD, ONE, TWO, TRAILER).encode(),
    "empty-fields": reply("H|0001|20260302|1|1", "D|1|x||||1|9999||", "T|1|1"),
    "nothing": "",
    "blank": "\r\n \r\n",
    "no-head": reply(ONE, TWO, TRAILER),
    "head-short": reply("H|0001|20260302|2", ONE, TWO, TRAILER),
    "head-batch": reply(HEAD.replace("0001", "1"), ONE, TWO, TRAILER),
    "head-date": reply(HEAD.replace("0302", "0230"), ONE, TWO, TRAILER),
    "head-count": reply(HEAD.replace("|2|", "|-2|"), ONE, TWO, TRAILER),
    "head-many": reply(HEAD.replace("|2|", "|100001|"), ONE, TWO, TRAILER),
    "head-amount": reply(HEAD.replace("15000", "150.00"), ONE, TWO, TRAILER),
    "head-huge": reply(HEAD.replace("15000", "9" * 16), ONE, TWO, TRAILER),
    "head-of-other": reply("H|0001|20260302|3|15000", ONE, TWO, TRAILER),
    "cut": reply(HEAD, ONE, TWO),
    "cut-in-row": reply(HEAD, ONE, TWO)[:-20],
    "missing": reply(HEAD, ONE, "T|1|10000"),
    "missing-trailer-lies": reply(HEAD, ONE, TRAILER),
    "doubled": reply(HEAD, ONE, ONE, TRAILER),
    "seq-zero": reply(HEAD, ONE.replace("D|1|", "D|0|"), TWO, TRAILER),
    "seq-high": reply(HEAD, ONE, TWO.replace("D|2|", "D|3|"), TRAILER),
    "seq-text": reply(HEAD, ONE.replace("D|1|", "D|01|"), TWO, TRAILER),
    "amount-negative": reply(HEAD, ONE.replace("|10000|", "|-10000|"), TWO, TRAILER),
    "amount-zero": reply(HEAD, ONE.replace("|10000|", "|0|"), TWO, TRAILER),
    "amount-decimal": reply(HEAD, ONE.replace("|10000|", "|100.00|"), TWO, TRAILER),
    "amount-changed": reply(HEAD, ONE.replace("|10000|", "|10001|"), TWO, TRAILER),
    "amount-lower": reply(HEAD, ONE.replace("|10000|", "|9999|"), TWO, TRAILER),
    "amounts-over": reply(HEAD, ONE.replace("|10000|", "|999999999999999|"), TWO, TRAILER),
    "trailer-lies": reply(HEAD, ONE, TWO, "T|2|15001"),
    "trailer-twice": reply(HEAD, ONE, TWO, TRAILER, TRAILER),
    "row-behind": reply(HEAD, ONE, TWO, TRAILER, ONE),
    "other-kind": reply(HEAD, ONE, TWO.replace("D|", "X|"), TRAILER),
    "too-few": reply(HEAD, ONE.replace("|BK0001", ""), TWO, TRAILER),
    "too-many": reply(HEAD, ONE + "|x", TWO, TRAILER),
    "bar-in-name": reply(HEAD, ONE.replace("张三", "张|三"), TWO, TRAILER),
    "bars": reply(HEAD, "D" + "|" * 4000, TWO, TRAILER),
    "code": reply(HEAD, ONE.replace("|0000|", "|OK|"), TWO, TRAILER),
    "no-bank-serial": reply(HEAD, ONE.replace("BK0001", ""), TWO, TRAILER),
    "long-field": reply(HEAD, ONE.replace("成功", "x" * 2049), TWO, TRAILER),
    "long-line": reply(HEAD, "D|1|" + "x" * 8200, TWO, TRAILER),
    "neither": b"H|0001|20260302|2|15000\r\nD|1|\xff\xff|",
    "half": reply(HEAD, ONE, TWO, TRAILER).encode("gb18030")[:46],
    "nul": reply(HEAD, ONE.replace("张三", "\0"), TWO, TRAILER),
    "utf16": reply(HEAD, ONE, TWO, TRAILER).encode("utf-16"),
}
for name, data in FILES.items():
    (HERE / f"{name}.ret").write_bytes(data if isinstance(data, bytes) else data.encode("gb18030"))
