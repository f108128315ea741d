#!/usr/bin/python3
"""Makes the gate-xml/1 samples of this folder anew: good files in every spelling, and hostile ones."""
import pathlib

HERE = pathlib.Path(__file__).resolve().parent
CARD = "382016122100001003"
BOM = b"\xef\xbb\xbf"
DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'


def tag(name, attributes, end="/>"):
    return f"<{name}" + "".join(f' {key}="{value}"' for key, value in attributes.items() if value is not None) + end


def event(end="/>", **other):
    return tag("event", {"seq": "1", "card": CARD, "at": "2026-03-02T07:15:30+08:00", "kind": "gate", "dir": "in",
                         "result": "granted", "stop": "", **other}, end)


def alarm(end="/>", **other):
    return tag("alarm", {"seq": "1", "at": "2026-03-02T07:15:30+08:00", "kind": "tamper", "card": "", **other}, end)


def head(**other):
    return tag("gateLog", {"device": "13010042", "school": "2113010001", "created": "2026-03-02T22:00:00+08:00", **other}, ">")


def log(*elements, start=None):
    return (DECLARATION + (start or head()) + "\n" + "".join(f"  {element}\n" for element in elements) + "</gateLog>\n").encode()


def each(name, values, make=event):
    """A record for each value of an attribute, in the order of their sequences."""
    return [make(**{"seq": str(number), name: value}) for number, value in enumerate(values, 1)]


def good_files():
    yield "good", log(event(), event(seq="2", kind="dorm", dir="out"), event(seq="4", kind="bus", dir="on", stop="火车站"),
                      event(seq="5", kind="bus", dir="off", stop="A&amp;B &lt;东&#x3E;口", card="00" + CARD),
                      alarm(seq="3"), alarm(seq="6", kind="fire", card=CARD), alarm(seq="7", kind="forced", card=None),
                      event(seq="8", card="", result="denied"), event(seq="9", card=None, stop=None, result="denied"),
                      alarm(seq="4294967295", kind="help"))
    plain = (f"<!-- by the door -->\r\n<?door v='2'?><gateLog created = '2026-03-02T22:00:00+08:00'\r\n device='13010042' "
             f"school='2113010001'><event result='granted' dir='in' kind='gate' at='2026-03-02T07:15:30+08:00' card='{CARD}' "
             "seq='&#49;' stop='𠮷祥里'></event><!--</gateLog>--><alarm kind='help' seq='02' at='2026-03-02T07:15:30+08:00'> \n"
             "</alarm></gateLog> <!-- end -->")
    yield "turned", BOM + plain.encode()
    yield "empty", log()
    yield "empty-tag", head().replace(">", "/>").encode()


def refused_files():
    yield "nothing", b""
    yield "blank", b" \n"
    yield "text", b"device_no,seq\n"
    yield "another-root", log(event()).replace(b"gateLog", b"gatelog")
    yield "in-namespace", log(event(), start=head(xmlns="urn:x"))
    yield "head-attribute", log(event(), start=head(version="1"))
    yield "head-missing", log(event(), start=head(created=None))
    yield "another-device", log(event(), start=head(device="13010043"))
    yield "short-device", log(event(), start=head(device="1301042"))
    yield "another-school", log(event(), start=head(school="2113010002"))
    yield "head-time", log(event(), start=head(created="2026-03-02 22:00:00"))
    yield "another-element", log(event(), "<note/>", event(seq="2"))
    yield "another-case", log(event(), event(seq="2").replace("event", "Event"))
    yield "stray-text", log(event(), "lost", event(seq="2"))
    yield "stray-reference", log(event(), "&#108;", event(seq="2"))
    yield "long-tag", log(event(), event(seq="2", stop="x" * 8192))
    yield "long-element", log(event(), event(seq="2", end=">") + "<x/>" * 2048 + "</event>")
    yield "long-text", log(event(), event(seq="2", end=">") + "x" * 2049 + "</event>")
    yield "twice", log(event(), event(seq="2").replace(" stop", ' seq="3" stop'))
    yield "unclosed", log(event(), event(seq="2", end=">"))
    yield "cut", log(event(), event(seq="2"))[:-30]
    yield "two-roots", log(event()) + log(event(seq="2"))
    yield "gbk", log(event(stop="火车站")).decode().encode("gbk")
    yield "says-gbk", log(event(stop="火车站")).replace(b"UTF-8", b"GBK")
    yield "utf16", log(event()).decode().encode("utf-16")
    yield "zero", log(event(stop="x")).replace(b'"x"', b'"\0"')
    yield "half", log(event(stop="x")).replace(b'"x"', b'"\xe7\x81"')
    yield "control", log(event(stop="\x01"))
    yield "prefix", log(event(), "<g:event/>")
    yield "doctype", log(event()).replace(b"<gateLog", b"<!DOCTYPE gateLog><gateLog")


def malformed_files():
    yield "attributes", log(*each("note", ["x"]), event(seq="2", at=None), event(seq="3", kind=None), event(seq="4", dir=None),
                            event(seq="5", result=None), event(seq=None), event(seq="7", card=None), alarm(seq="8", kind=None),
                            alarm(seq="9", dir="in"), alarm(seq="10", stop=""), alarm(seq="11", at=None),
                            event(seq="12").replace("<event", '<event xmlns:x="urn:x"'),
                            event(seq="13").replace(" stop=", ' xml:lang="zh" stop='), "<event/>", "<alarm/>")
    yield "values", log(*each("kind", ["Gate", "", "tamper"]), event(seq="4", dir="inside"), event(seq="5", dir=""),
                        event(seq="6", result="ok"), event(seq="7", stop="a&#10;b"), event(seq="8", stop="x" * 2049),
                        event(seq="9", stop="x" * 40), alarm(seq="10", kind="gate"), alarm(seq="11", kind="smoke"),
                        event(seq="12", stop="a\nb"))
    yield "sequences", log(*(event(seq=seq) for seq in ("0", "4294967295", "4294967296", "-1", "", " 1", "&#49;")), alarm(seq="0"))
    yield "cards", log(*each("card", ["382016122100001004", "01" + CARD, "", " "]), alarm(seq="5", card="382016122100001004"),
                       event(seq="6", card="1", result="denied"))
    yield "times", log(*each("at", ["2026-02-29T07:15:30+08:00", "2026-03-02 07:15:30", "2026-03-02T07:15:30Z",
                                    "2026-03-02T07:15:30+09:00", "2026-03-02T07:15:30.5+08:00", "2026-03-02T24:00:00+08:00",
                                    ""]), alarm(seq="8", at="x"))
    yield "content", log(event(end=">") + "text</event>", event(seq="2", end=">") + "<x><y/></x></event>",
                         event(seq="3", end="><![CDATA[x]]></event>"), event(seq="4", end="> <!-- no -->\n</event>"),
                         alarm(seq="5", end=">") + event(seq="6") + "</alarm>")


for files in (good_files, refused_files, malformed_files):
    for name, data in files():
        (HERE / f"{name}.xml").write_bytes(data)
