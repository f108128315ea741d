#!/usr/bin/python3
"""Makes the pkg-csv/1 samples of this folder anew (FORMATS.md 3.2). What each gives stands in pkg_csv_test.c."""
import os

HERE = os.path.dirname(os.path.abspath(__file__))
NAMES = ("termno,termseqno,samno,samseqno,cardno,termdate,termtime,amount,paycnt,cardbefbal,lockflag,grayflag,tac,cardtype,"
         "presamno,pretermdate,pretermtime,prepaycnt,preamount,pretranstype").split(",")
SALE = ("13010042,1,360486600002,5,382016122100001003,20240301,121530,100,7,1000,0,0,7ea2823b,cpusm4,"
        "360486600001,20240301,074102,6,250,09").split(",")
PRE = NAMES[14:]


def row(**changes):
    """The sale with other columns."""
    return dict(zip(NAMES, SALE), **{name: str(value) for name, value in changes.items()})


def plain(**changes):
    """The sale without the previous transaction."""
    return row(**{**dict.fromkeys(PRE, ""), **changes})


def lock(**changes):
    return plain(**{"amount": 0, "lockflag": 1, **changes})


def text(rows, names=NAMES, end="\n"):
    lines = [",".join(names)] + [",".join(r[name] for name in names) if isinstance(r, dict) else r for r in rows]
    return "".join(line + end for line in lines)


def write(name, data):
    with open(os.path.join(HERE, name), "wb") as out:
        out.write(data if isinstance(data, bytes) else data.encode())


def good():
    three = [row(), plain(termseqno=2, paycnt=8, cardbefbal=900, grayflag=1, tac="00000000"), lock(termseqno=3)]
    write("good.csv", text(three))
    write("crlf.csv", text(three, end="\r\n"))
    write("lfcr.csv", text(three, end="\n\r"))
    write("bom.csv", b"\xef\xbb\xbf" + text(three).encode())
    write("no-last-end.csv", text(three)[:-1])
    write("blank-lines.csv", "\n" + text(three).replace("\n", "\r\n \t\n\n", 2) + "\n")
    write("shuffled.csv", text(three, names=sorted(NAMES)))
    write("quoted.csv", "\n".join('"' + line.replace(",", '","') + '"' for line in text(three).splitlines()))
    write("other-spelling.csv", text([row(cardno="00382016122100001003", tac="7EA2823B", amount="00100", paycnt="007",
                                          cardbefbal="000000001000", termseqno="1", preamount="0250"), *three[1:]]))
    write("pre-missing.csv", text([plain(), plain(termseqno=2)], names=NAMES[:14]))
    write("empty.csv", text([]))
    write("holes.csv", text([plain(termseqno=n) for n in (900, 7, 4294967295, 7)]))
    write("chips.csv", text([plain(cardtype=chip, termseqno=n) for n, chip in enumerate(("cpu3des", "cpusm4", "m1"), 1)]))
    write("kinds-before.csv", text([row(pretranstype=kind, termseqno=n) for n, kind in enumerate(("06", "09", "02", "DB", "db"), 1)]))
    write("too-dear.csv", text([plain(amount=1001)]))
    write("many.csv", text([row(termseqno=n, amount=n) for n in range(1, 301)]))


def refused():
    write("nothing.csv", "")
    write("blanks.csv", "\n \t\r\n")
    write("unknown-column.csv", text([], names=NAMES + ["driver"]))
    write("missing-column.csv", text([], names=[name for name in NAMES if name != "tac"]))
    write("column-twice.csv", text([], names=NAMES + ["tac"]))
    write("heading-with-blanks.csv", text([plain()]).replace("termseqno", " termseqno"))
    write("no-heading.csv", text([plain()]).split("\n", 1)[1])
    write("nul.csv", text([plain()]).replace("cpusm4", "cpu\0sm"))
    write("half-character.csv", text([plain()]).encode().replace(b"cpusm4", b"cpu\xe4\xb8"))
    write("gb18030.csv", text([plain(cardtype="车")]).encode("gb18030"))
    write("utf16.csv", text([plain()]).encode("utf-16"))
    write("open-quote.csv", text([plain(), plain(cardtype='"cpusm4'), plain()]))
    write("stray-quote.csv", text([plain(), plain(cardtype='cpu"sm4')]))
    write("lone-cr.csv", text([plain(), plain(cardtype="cpu\rsm4")]))
    write("mac.csv", text([plain()], end="\r"))
    write("long-field.csv", text([plain(samseqno="0" * 2049)]))
    write("long-line.csv", text([",".join(["0" * 1600] * 6)]))
    write("long-last-line.csv", text([plain()]) + "x" * 100000)
    write("other-device.csv", text([plain(), plain(termno="13010043", termseqno=2)]))
    write("other-device-malformed.csv", text([plain(termno="13010043", amount="x")]))


MALFORMED = (
    "short,row", "," * 20, plain(termseqno=""), plain(samseqno="5 "), plain(amount="1.00"), plain(amount=4294967296),
    plain(amount="-5"), plain(paycnt=65536), plain(cardbefbal=" 1000"), plain(grayflag=""), plain(grayflag="01"),
    plain(lockflag="2"), lock(amount=5), lock(grayflag=1), plain(termseqno=0), plain(paycnt=0), lock(paycnt=0),
    plain(cardno="382016122100001004"), plain(cardno="38201612210000100"), plain(cardno="01382016122100001003"),
    plain(cardno=""), plain(termdate="20230229"), plain(termtime="240000"), plain(termtime="1215"), plain(amount=0),
    plain(tac="7ea2823"), plain(tac="7ea2823g"), plain(tac=""), plain(cardtype="CPUSM4"), plain(cardtype=""),
    plain(cardtype="车"), row(preamount=""), row(presamno="36048660000"), row(pretermdate="20230229"), row(prepaycnt=0),
    row(prepaycnt=65536), row(preamount="x"), row(pretranstype="FE"), row(pretranstype="6"), plain(pretranstype="06"),
    plain(samno="36048660000"), plain(termno="1301004"), plain(termno=""), plain(termno="13010042\t"),
)


def malformed():
    """One fault in each row, all with sequence 5 where it is not the fault; good rows before and behind."""
    rows = [r if isinstance(r, str) else dict(r, termseqno="5" if r["termseqno"] == "1" else r["termseqno"]) for r in MALFORMED]
    write("malformed.csv", text([plain(), *rows, plain(termseqno=2)]))
    write("quoted-line-end.csv", text([plain(cardtype='"cpu\nsm4"', termseqno=5), plain(termseqno=2)], end="\r\n"))


if __name__ == "__main__":
    good()
    refused()
    malformed()
