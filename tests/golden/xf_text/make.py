#!/usr/bin/python3
"""Makes the xf-text/1 samples of this folder anew (FORMATS.md 3.3). What each gives stands in xf_text_test.c."""
import os

HERE = os.path.dirname(os.path.abspath(__file__))
SALE = {"seq": "00000001", "merchant": "211301000110001", "device": "13010042", "card": "00382016122100001003",
        "main_type": "01", "subtype": "02", "expiry": "20351231", "app_start": "20200901", "app_expiry": "20351230",
        "counter": "000007", "psam_seq": "0000000005", "before": "00001000", "amount": "00000100", "at": "20240301121530",
        "kind": "06", "psam": "360486600002", "tac": "7ea2823b", "gray": "00", "ticket_type": "03", "ticket_flag": "4",
        "reserved": "FFFFFF"}


def line(seq=1, **changes):
    """The sale with other fields."""
    return "".join({**SALE, "seq": f"{seq:08d}", **changes}.values())


def heading(count, industry="01", length="00000158", fill="F" * 24, magic="XF"):
    return f"{magic}{industry}{count:08d}{length}{fill}" if isinstance(count, int) else f"{magic}{industry}{count}{length}{fill}"


def text(lines, end="\n", head=None):
    return "".join(each + end for each in [head or heading(len(lines)), *lines])


def write(name, data):
    with open(os.path.join(HERE, name), "wb") as out:
        out.write(data if isinstance(data, bytes) else data.encode())


def good():
    three = [line(), line(2, kind="09", gray="01", tac="00000000"), line(3, kind="DB", amount="00000500")]
    write("good.txt", text(three))
    write("crlf.txt", text(three, end="\r\n"))
    write("lfcr.txt", text(three, end="\n\r"))
    write("bom.txt", b"\xef\xbb\xbf" + text(three).encode())
    write("no-last-end.txt", text(three)[:-1])
    write("blank-lines.txt", "\n" + text(three).replace("\n", "\r\n \t\n\n", 2) + " " * 158 + "\n")
    write("other-spelling.txt", text([line(tac="7EA2823B"), *three[1:2], line(3, kind="db", amount="00000500")]))
    write("empty.txt", text([]))
    write("industry.txt", text([], head=heading(0, industry="公交")))
    write("holes.txt", text([line(n) for n in (900, 7, 99999999, 7)]))
    write("kinds.txt", text([line(n, kind=kind) for n, kind in enumerate(("06", "09", "02", "DB"), 1)]))
    write("too-dear.txt", text([line(amount="00001001")]))
    write("large.txt", text([line(kind="02", before="99999999", amount="99999999", counter="065535", psam_seq="4294967295")]))
    write("many.txt", text([line(n, amount=f"{n:08d}") for n in range(1, 301)]))


def refused():
    write("nothing.txt", "")
    write("blanks.txt", "\n \t\r\n")
    write("no-heading.txt", "".join([line() + "\n"]))
    write("short-heading.txt", heading(0)[:-1] + "\n")
    write("long-heading.txt", heading(0) + "F\n")
    write("other-magic.txt", text([], head=heading(0, magic="XG")))
    write("other-length.txt", text([], head=heading(0, length="00000157")))
    write("other-fill.txt", text([], head=heading(0, fill="F" * 23 + "f")))
    write("no-count.txt", text([], head=heading("0000001 ")))
    write("count-too-large.txt", text([line(), line(2)], head=heading(3)))
    write("count-too-small.txt", text([line(), line(2)], head=heading(1)))
    write("short-line.txt", text([line(), line(2)[:-1]]))
    write("long-line.txt", text([line(), line(2) + "F"]))
    write("huge-line.txt", text([line(), "F" * 100000]))
    write("two-in-a-line.txt", text([line() + line(2)]))
    write("lone-cr.txt", text([line(), line(2).replace("7ea2", "7\ra2")]))
    write("mac.txt", text([line()], end="\r"))
    write("nul.txt", text([line(tac="7ea2\x00000")]))
    write("half-character.txt", text([line()]).encode().replace(b"7ea2", b"7\xe4\xb82"))
    write("wide-character.txt", text([line(tac="7车823b")]))
    write("utf16.txt", text([line()]).encode("utf-16"))
    write("other-device.txt", text([line(), line(2, device="13010043")]))
    write("other-device-malformed.txt", text([line(device="13010043", amount="0000000x")]))


MALFORMED = (
    dict(seq=" 0000005"), dict(counter="065536"), dict(counter="00000a"), dict(psam_seq="4294967296"), dict(before="-0000100"),
    dict(amount="00001.00"), dict(amount="        "), dict(kind="FE"), dict(kind="00"), dict(kind="6 "), dict(gray="02"),
    dict(gray="1 "), dict(kind="02", gray="01"), dict(seq="00000000"), dict(counter="000000"),
    dict(card="00382016122100001004"), dict(card="01382016122100001003"), dict(card="382016122100001003  "),
    dict(at="20230229121530"), dict(at="20240301241530"), dict(amount="00000000"), dict(tac="7ea2823g"), dict(tac=" " * 8),
    dict(tac="7车a28230"), dict(psam="36048660000 "), dict(merchant="21130100011000x"), dict(device="1301004x"),
    dict(main_type="0x"), dict(subtype="  "), dict(expiry="20230229"), dict(app_start="00000000"), dict(app_expiry="FFFFFFFF"),
    dict(ticket_type="0A"), dict(ticket_flag=" "), dict(reserved="FFFFF0"), dict(reserved="ffffff"),
    dict(merchant="211301000110002"),
)


def malformed():
    """One fault in each line, all with sequence 5 where it is not the fault; good lines before and behind."""
    write("malformed.txt", text([line(), *(line(**{"seq": 5, **fault}) if isinstance(fault.get("seq", 5), int)
                                           else line(5).replace("00000005", fault["seq"], 1) for fault in MALFORMED), line(2)]))


if __name__ == "__main__":
    good()
    refused()
    malformed()
