#!/usr/bin/python3
"""Makes the att-csv/1 samples of this folder anew: good files in every spelling, and hostile ones."""
import pathlib

HERE = pathlib.Path(__file__).resolve().parent
HEAD = "device_no,seq,card_no,at,direction,method,result"
CARD = "382016122100001003"
BOM = b"\xef\xbb\xbf"


def row(**other):
    cells = {"device_no": "13010042", "seq": "1", "card_no": CARD, "at": "2026-03-02 07:15:30", "direction": "I",
             "method": "card", "result": "ok"}
    return ",".join({**cells, **other}.values())


def rows(column, values):
    """A row for each value of a column, in the order of their sequences."""
    return [row(**{"seq": str(number), **{column: value}}) for number, value in enumerate(values, 1)]


def text(lines, end="\n", charset="gb18030"):
    return "".join(line + end for line in lines).encode(charset)


def log(*lines):
    return text([HEAD, *lines])


def files():
    yield "good", text([HEAD, row(), row(seq="2", direction="O", method="finger", result="early"),
                        row(seq="4", card_no="00" + CARD, direction="-", method="card+finger", result="repeat"),
                        row(seq="3", card_no="", method="photo", result="unknown"),
                        row(seq="4294967295", at="2028-02-29 23:59:59", method="photo", result="black")], "\r\n")
    turned = ["result,method,direction,at,card_no,seq,device_no", "", f"ok,card,I,2026-03-02 07:15:30,{CARD},1,13010042", " \t",
              f'"ok","card","I","2026-03-02 07:15:30","{CARD}","2","13010042"']
    yield "turned", BOM + text(turned, "\n\r").removesuffix(b"\n\r")
    yield "heading-only", log()
    yield "nothing", b""
    yield "blank", b"\n \n\t\r\n"
    yield "no-heading", text([row(), row(seq="2")])
    yield "unknown-column", text([HEAD + ",note", row() + ",x"])
    yield "twice-column", text([HEAD.replace("seq", "at"), row()])
    yield "missing-column", text([HEAD.removesuffix(",result"), row().removesuffix(",ok")])
    yield "shouted-heading", text([HEAD.upper(), row()])
    yield "columns", log(row(), row(seq="2").removesuffix(",ok"), row(seq="3") + ",", "x", row(seq="5"))
    yield "another-device", log(row(), row(seq="2", device_no="13010043", card_no="x"))
    yield "devices", log(*rows("device_no", ["1301004", "130100420", "1301004x", "", "13010042"]))
    yield "sequences", log(*(row(seq=seq) for seq in ("0", "4294967295", "4294967296", "-1", "+1", " 1", "1.0", "0x1", "", "1" * 30,
                                                      "00000000000000000000000000000007")))
    yield "cards", log(*rows("card_no", ["382016122100001004", "38201612210000100", "3820161221000010030",
                                         "01" + CARD, "38201612210000100x", "-" + CARD, "", " " + CARD, "００" + CARD,
                                         "0" * 18]))
    yield "times", log(*rows("at", ["2026-02-29 07:15:30", "2026-03-02 24:00:00", "2026-03-02 23:59:60",
                                    "2026-03-02T07:15:30", "2026-3-2 7:15:30", "2026-03-02 07:15", "0000-00-00 00:00:00",
                                    "1899-12-31 00:00:00", "2026-03-02 07:15:30 ", "", "9999-12-31 23:59:59"]))
    yield "words", log(row(seq="1", direction="i"), row(seq="2", direction=""), row(seq="3", direction="in"),
                       row(seq="4", method="Card"), row(seq="5", method=""), row(seq="6", method="card+photo"),
                       row(seq="7", result="OK"), row(seq="8", result="ok "), row(seq="9", card_no="", method="paper"))
    yield "chinese", log(row(), row(seq="2", result="迟到"), row(seq="3", card_no="亅|𠮷"), row(seq="4"),
                         row(seq="5", method='"卡，""卡"""'), row(seq="6", direction="\u0080进"))
    yield "chinese-bom", BOM + log(row(), row(seq="2", result="迟到"))
    yield "utf8-bom", BOM + text([HEAD, row(), row(seq="2", result="迟到")], charset="utf-8")
    yield "utf8", text([HEAD, row(result="迟到了")], charset="utf-8")
    yield "utf16", text([HEAD, row()], charset="utf-16")
    yield "half", log(row()) + b"\xd6"
    yield "half-inside", log(row(result="@")).replace(b"@", b"\xd6,"[:1])
    yield "half-of-four", log(row(result="@")).replace(b"@", b"\x81\x30\x81")
    yield "zero", log(row(result="o\0k"))
    yield "quote", log(row(), row(seq="2", result='o"k'))
    yield "open-quote", log(row(), row(seq="2", result='"ok'))
    yield "return", log(row(), row(seq="2", result="o\rk"))
    yield "two-lines", log(row(), row(seq="2", result='"o\r\nk"'), row(seq="3"))
    yield "long-field", log(row(), row(seq="2", result="o" * 2049))
    yield "field", log(row(), row(seq="2", result="o" * 2048))
    yield "long-line", log(row(), row(seq="2") + ",x" * 4067)
    yield "control", log(row(result="\x01"), row(seq="2", result="ok\x7f"))


for name, data in files():
    (HERE / f"{name}.csv").write_bytes(data)
