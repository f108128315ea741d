#!/usr/bin/python3
"""Makes the pain.002.001.10 samples of this folder anew: answers as different banks write them (good-…, all valid against the
official schema: tests/golden/test_schemas.py), and hostile ones. What becomes of NAME stands in NAME.out beside it."""
import pathlib

HERE = pathlib.Path(__file__).resolve().parent
SPACE = "urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"
HEADER = "<MsgId>BOC20260303A</MsgId><CreDtTm>2026-03-03T21:05:00+08:00</CreDtTm>"
ID = "0001D202603020001"


def tag(name, content, **attributes):
    return f"<{name}" + "".join(f' {key}="{value}"' for key, value in attributes.items()) + f">{content}</{name}>"


def reason(code="", *texts, own=""):
    return tag("StsRsnInf", (tag("Rsn", tag("Cd", code) if code else tag("Prtry", own)) if code or own else "") +
               "".join(tag("AddtlInf", text) for text in texts))


def row(serial="00000001", status="ACSC", why="", after="", before=""):
    return tag("TxInfAndSts", before + (tag("OrgnlEndToEndId", serial) if serial else "") + (tag("TxSts", status) if status else "") +
               why + after)


def amount(value="50.00", currency="CNY"):
    return tag("OrgnlTxRef", tag("Amt", tag("InstdAmt", value, Ccy=currency)))


def payment(*rows, status="", count="", number=ID, why=""):
    return tag("OrgnlPmtInfAndSts", tag("OrgnlPmtInfId", number) + (tag("OrgnlNbOfTxs", count) if count else "") +
               (tag("PmtInfSts", status) if status else "") + why + "".join(rows))


def message(*payments, group="", space=SPACE, header=HEADER, original=ID, name="pain.008.001.08"):
    group = tag("OrgnlGrpInfAndSts", tag("OrgnlMsgId", original) + tag("OrgnlMsgNmId", name) + group)
    text = ('<?xml version="1.0" encoding="UTF-8"?>\n' + tag("Document", tag("CstmrPmtStsRpt", tag("GrpHdr", header) + group +
            "".join(payments)), xmlns=space) + "\n")
    return text.replace("><Orgnl", ">\n<Orgnl").replace("><TxInf", ">\n<TxInf")


def good_files():
    # Every row, with the bank's number, the time and what was asked for.
    yield "good-rows", message(payment(
        row(after="<AccptncDtTm>2026-03-03T20:59:58+08:00</AccptncDtTm><AcctSvcrRef>BK0001</AcctSvcrRef>" + amount()),
        row("00000002", "RJCT", reason("AM04", "余额不足"), after=amount("70.00")),
        row("00000003", "PDNG", before="<StsId>3</StsId><OrgnlInstrId>I3</OrgnlInstrId>")),
        group="<OrgnlNbOfTxs>3</OrgnlNbOfTxs><OrgnlCtrlSum>150</OrgnlCtrlSum><GrpSts>PART</GrpSts>")
    # The group alone: taken, or refused as a whole.
    yield "good-group-accepted", message(group="<GrpSts>ACSC</GrpSts>")
    yield "good-group-rejected", message(group="<GrpSts>RJCT</GrpSts>" + reason("", "Datei", "doppelt", own="DUPL") + reason("AM05", "x"))
    # The payment alone, as a bank answers in steps.
    yield "good-payment", message(payment(status="ACTC", count="3"), group="<GrpSts>ACTC</GrpSts>")
    # Rows without a status of their own, under that of the payment; several payments.
    yield "good-shared", message(payment(row("00000001", ""), row("00000002", ""), status="RJCT", why=reason("AC01")),
                                 payment(row("", before="<OrgnlInstrId>I1</OrgnlInstrId>"), number="P2"), name="pain.001.001.09")
    # A prefix, comments, blanks, CDATA, no zone, what is not asked for.
    more = message(payment(row(" 00000001\n", after="<AccptncDtTm>2026-03-03T20:59:58</AccptncDtTm><AcctSvcrRef>B<!-- -->K1</AcctSvcrRef>"
                               "<OrgnlTxRef><IntrBkSttlmAmt Ccy=\"CNY\">50</IntrBkSttlmAmt><ReqdColltnDt>2026-03-03</ReqdColltnDt>"
                               "</OrgnlTxRef><SplmtryData><Envlp><x:y xmlns:x=\"urn:x\">z</x:y></Envlp></SplmtryData>",
                               why=reason("", "<![CDATA[a < b]]>"))),
                   header="<MsgId>A&amp;B</MsgId><CreDtTm>2026-03-03T13:05:00.123Z</CreDtTm><InitgPty><Nm>Bank</Nm></InitgPty>")
    more = more.replace("<", "<p:").replace("<p:/", "</p:").replace("<p:?", "<?").replace("<p:!", "<!").replace("<p:x:", "<x:").replace(
        "</p:x:", "</x:").replace("a <p: b", "a < b").replace("xmlns=", "xmlns:p=")
    yield "good-prefix", "\ufeff" + more.replace("\n<", "\r\n\t<")
    # A row that comes twice: the caller's question.
    yield "good-twice", message(payment(row(), row()))


def hostile_files():
    good = message(payment(row()))
    yield "nothing", ""
    yield "text", "H|0001|20260302|1|100\r\n"
    yield "other-version", message(payment(row()), space=SPACE.replace(".10", ".03"))
    yield "statement", message(payment(row()), space="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08")
    yield "doctype", good.replace("<Document", "<!DOCTYPE Document><Document")
    yield "laughs", good.replace("<Document", '<!DOCTYPE Document [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><Document')
    yield "cut", good[:good.index("</TxInfAndSts>")]
    yield "deep", message(payment(row(after="<x>" * 61 + "</x>" * 61)))
    yield "no-message-id", message(header="<CreDtTm>2026-03-03T21:05:00+08:00</CreDtTm>")
    yield "no-group", good.replace(good[good.index("<OrgnlGrp"):good.index("</OrgnlGrpInfAndSts>") + 20], "")
    yield "group-last", message() .replace("</CstmrPmtStsRpt>", "").replace("<OrgnlGrpInfAndSts>", payment(row()) + "<OrgnlGrpInfAndSts>"
                                                                             ).replace("</Document>", "</CstmrPmtStsRpt></Document>")
    yield "group-twice", good.replace("<OrgnlPmtInfAndSts>", "<OrgnlGrpInfAndSts/><OrgnlPmtInfAndSts>")
    yield "no-original", message(original="")
    yield "no-name", good.replace("<OrgnlMsgNmId>pain.008.001.08</OrgnlMsgNmId>", "")
    yield "no-payment-id", good.replace(f"<OrgnlPmtInfId>{ID}</OrgnlPmtInfId>", "")
    yield "no-row-id", message(payment(row(serial="")))
    yield "blank-row-id", message(payment(row(serial=" ")))
    yield "two-row-ids", message(payment(row("00000001</OrgnlEndToEndId><OrgnlEndToEndId>00000002")))
    yield "long-row-id", message(payment(row("1" * 36)))
    yield "long-status", message(payment(row(status="ACCEPTED")))
    yield "two-statuses", message(payment(row(after="<TxSts>RJCT</TxSts>")))
    yield "negative", message(payment(row(after=amount("-50.00"))))
    yield "decimals", message(payment(row(after=amount("50.001"))))
    yield "dollars", message(payment(row(after=amount(currency="USD"))))
    yield "huge", message(payment(row(after=amount("1" + "0" * 18))))
    yield "count", message(payment(row(), count="3.0"))
    yield "huge-count", message(payment(row(), count="9" * 19))
    yield "accepted", message(payment(row(after="<AccptncDtTm>2026-03-03</AccptncDtTm>")))
    yield "created", message(header="<MsgId>A</MsgId><CreDtTm>2026-03-03T25:00:00</CreDtTm>")
    yield "two-reasons", message(payment(row(why="<StsRsnInf><Rsn><Cd>AM04</Cd><Prtry>x</Prtry></Rsn></StsRsnInf>")))
    yield "zero", good.replace("00000001", "0000\x000001")


for files in (good_files, hostile_files):
    for name, data in files():
        (HERE / f"{name}.xml").write_bytes(data.encode())
