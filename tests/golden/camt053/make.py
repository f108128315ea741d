#!/usr/bin/python3
"""Makes the camt.053.001.08 samples of this folder anew: statements as different banks write them (good-…, all valid against the
official schema: tests/golden/test_schemas.py), and hostile ones. What becomes of NAME stands in NAME.out beside it."""
import pathlib

HERE = pathlib.Path(__file__).resolve().parent
SPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"
OTHER = "<Id><Othr><Id>1302010109000000001</Id></Othr></Id>"
OPENING, CLOSING = "1000.00", "1000.00"


def tag(name, content, **attributes):
    return f"<{name}" + "".join(f' {key}="{value}"' for key, value in attributes.items()) + f">{content}</{name}>"


def amount(value, currency="CNY", name="Amt"):
    return tag(name, value, Ccy=currency)


def balance(code, value, side="CRDT", day="<Dt>2026-03-03</Dt>", currency="CNY"):
    kind = tag("Prtry", code) if len(code) > 4 else tag("Cd", code)
    return tag("Bal", f"<Tp><CdOrPrtry>{kind}</CdOrPrtry></Tp>" + amount(value, currency) + tag("CdtDbtInd", side) + tag("Dt", day))


CODE = "<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>IDDT</Cd><SubFmlyCd>ESDD</SubFmlyCd></Fmly></Domn></BkTxCd>"
OWN_CODE = "<BkTxCd><Prtry><Cd>NTRF</Cd><Issr>BANK</Issr></Prtry></BkTxCd>"


def entry(value="12.50", side="CRDT", status="<Cd>BOOK</Cd>", details="", before="", after="", booked="<Dt>2026-03-03</Dt>", serial="",
          code=CODE, currency="CNY", info=""):
    dates = tag("BookgDt", booked) if booked else ""
    return tag("Ntry", before + amount(value, currency) + tag("CdtDbtInd", side) + after + tag("Sts", status) + dates +
               (tag("AcctSvcrRef", serial) if serial else "") + code + details + info)


def details(*transactions, batch=""):
    return tag("NtryDtls", batch + "".join(transactions))


def transaction(value=None, side=None, refs="", more=""):
    return tag("TxDtls", (tag("Refs", refs) if refs else "") + (amount(value) if value else "") +
               (tag("CdtDbtInd", side) if side else "") + more)


def party(name, account=None, who="Dbtr"):
    return tag(who, tag("Pty", tag("Nm", name))) + (tag(who + "Acct", f"<Id><Othr><Id>{account}</Id></Othr></Id>") if account else "")


def statement(*content, number="BOC-20260303-1", account=OTHER, before="", opening=OPENING, closing=CLOSING, balances=None):
    if balances is None:
        balances = balance("OPBD", opening) + balance("CLBD", closing)
    return tag("Stmt", tag("Id", number) + before + tag("Acct", account) + balances + "".join(content))


def message(*statements, space=SPACE, header="<MsgId>M1</MsgId><CreDtTm>2026-03-03T23:30:00+08:00</CreDtTm>"):
    text = ('<?xml version="1.0" encoding="UTF-8"?>\n' + tag("Document", "<BkToCstmrStmt>" + tag("GrpHdr", header) +
            "".join(statements) + "</BkToCstmrStmt>", xmlns=space) + "\n")
    return text.replace("><Stmt>", ">\n<Stmt>").replace("><Bal>", ">\n<Bal>").replace("><Ntry>", ">\n<Ntry>").replace(
        "><TxDtls>", ">\n<TxDtls>").replace("</Stmt><", "</Stmt>\n<")


def good_files():
    # One entry a debit, the reference with the transaction, own account numbers: as banks of the mainland write it.
    yield "good-single", message(statement(
        entry("50.00", serial="BK0001", details=details(transaction(
            "50.00", "CRDT", "<EndToEndId>00000001</EndToEndId><MndtId>A20260001</MndtId>",
            tag("RltdPties", party("张三", "6222020200112233") + party("市教育局", "1302010109000000001", "Cdtr")) +
            "<RmtInf><Ustrd>370102010000000011</Ustrd></RmtInf>"))),
        entry("30.00", "DBIT", serial="BK0002", code=OWN_CODE, details=details(transaction(
            "30.00", "DBIT", "<AcctSvcrRef>BK0002-1</AcctSvcrRef><EndToEndId>4711</EndToEndId>",
            tag("RltdPties", party("市教育局", "1302010109000000001") + party("第一食堂", "1302010109000000777", "Cdtr"))))),
        before="<ElctrncSeqNb>62</ElctrncSeqNb><LglSeqNb>3</LglSeqNb><CreDtTm>2026-03-03T23:00:00</CreDtTm>", closing="1020.00"))
    # A batch booked as one amount, without its transactions.
    yield "good-batch", message(statement(
        entry("150.00", details=details(batch="<Btch><MsgId>0001D202603020001</MsgId><PmtInfId>0001D202603020001</PmtInfId>"
                                              "<NbOfTxs>3</NbOfTxs><TtlAmt Ccy=\"CNY\">150.00</TtlAmt><CdtDbtInd>CRDT</CdtDbtInd></Btch>"),
              before="<NtryRef>1</NtryRef>", info="<AddtlNtryInf>代扣入账</AddtlNtryInf>"), closing="1150.00"))
    # The same with them.
    yield "good-batch-details", message(statement(
        entry("150.00", serial="BK0003", details=details(
            transaction("50.00", refs="<EndToEndId>00000001</EndToEndId>"),
            transaction("70.00", refs="<EndToEndId>00000002</EndToEndId>"),
            transaction(refs="<EndToEndId>00000003</EndToEndId>", more=""
                        "<AmtDtls><TxAmt><Amt Ccy=\"CNY\">30.00</Amt></TxAmt></AmtDtls>"),
            batch="<Btch><PmtInfId>0001D202603020001</PmtInfId><NbOfTxs>3</NbOfTxs></Btch>")), closing="1150.00"))
    # Several accounts with IBAN, a prefix, blanks and comments, moments for days, PRCD, the reference as a structure.
    many = message(
        statement(entry("0.01", booked="<DtTm>2026-03-03T23:59:59.5+08:00</DtTm>", code="", details=details(transaction(
                      "0.01", refs="<MsgId>X</MsgId><InstrId>I</InstrId><EndToEndId>NOTPROVIDED</EndToEndId>",
                      more="<RltdPties><Dbtr><Agt><FinInstnId><Nm>Bank &amp; Co</Nm></FinInstnId></Agt></Dbtr><DbtrAcct><Id>"
                           "<IBAN>DE89370400440532013000</IBAN></Id></DbtrAcct></RltdPties><RmtInf><Ustrd>line 1</Ustrd>"
                           "<Ustrd>line 2</Ustrd><Strd><CdtrRefInf><Ref>RF18539007547034</Ref></CdtrRefInf></Strd></RmtInf>"))
                  ).replace("<NtryDtls>", "<BkTxCd/><NtryDtls>"),
                  number="S1", account="<Id><IBAN>CH9300762011623852957</IBAN></Id><Ccy>CNY</Ccy>",
                  balances=balance("PRCD", "10", "DBIT", "<DtTm>2026-03-02T23:59:59</DtTm>") + balance("CLBD", "9.99000", "DBIT") +
                  balance("CLAV", "0", "DBIT") + balance("FWAV", "0", day="<Dt>2026-03-04+08:00</Dt>")),
        statement(number="S2", account="<Id><IBAN>DE89370400440532013000</IBAN></Id>",
                  balances=balance("OPBD", "7.5") + balance("PRCD", "8.00") + balance("ITBD", "99.00") +
                  balance("own balance", "3.00") + balance("CLBD", "+07.50")))
    prefixed = many.replace("<", "<ns0:").replace("<ns0:/", "</ns0:").replace("<ns0:?", "<?").replace("xmlns=", "xmlns:ns0=")
    yield "good-many", prefixed.replace("<ns0:Bal>", "<!-- <ns0:Bal/> -->\n  <ns0:Bal>").replace("10<", "\n 1<!-- ten -->0 \n<", 1)
    # A debit that comes back, a booking undone, entries that are not booked, words of the bank's own.
    yield "good-returns", message(statement(
        entry("50.00", "DBIT", code=OWN_CODE, details=details(transaction(
            "50.00", "DBIT", "<EndToEndId>00000001</EndToEndId>",
            tag("RltdPties", party("张三", "6222020200112233") + party("市教育局", "1302010109000000001", "Cdtr")) +
            "<RtrInf><Rsn><Cd>AM04</Cd></Rsn><AddtlInf>余额不足</AddtlInf><AddtlInf>两次</AddtlInf></RtrInf>"))),
        entry("30.00", "CRDT", after="<RvslInd>true</RvslInd>", status="<Prtry>booked by hand</Prtry>", details=details(transaction(
            "30.00", refs="<EndToEndId>4711</EndToEndId>", more=tag("RltdPties", party("第一食堂", "1302010109000000777", "Cdtr")) +
            "<RtrInf><Rsn><Prtry>账号有误</Prtry></Rsn></RtrInf><AddtlTxInf>退汇</AddtlTxInf>"))),
        entry("5.00", status="<Cd>PDNG</Cd>", booked=""), entry("6.00", status="<Prtry>FORECAST</Prtry>", booked=""),
        closing="980.00"))
    # A sum of both ways in one entry.
    yield "good-net", message(statement(
        entry("20.00", "CRDT", details=details(transaction("50.00", "CRDT", "<EndToEndId>00000004</EndToEndId>"),
                                               transaction("30.00", "DBIT", "<EndToEndId>00000005</EndToEndId>"))), closing="1020.00"))
    yield "good-empty", message(statement())
    # What is not asked for: other currencies in details, charges, summaries, additions of the bank in a namespace of its own.
    yield "good-more", message(statement(
        entry("8.00", before="<NtryRef>R</NtryRef>", details=details(transaction(
            "8.00", refs="<EndToEndId>00000006</EndToEndId><UETR>8a562c67-ca16-48ba-b074-65581be6f001</UETR>",
            more="<AmtDtls><InstdAmt><Amt Ccy=\"USD\">1.1234</Amt></InstdAmt><TxAmt><Amt Ccy=\"USD\">1.1234</Amt></TxAmt></AmtDtls>"
                 "<SplmtryData><Envlp><x:Amt xmlns:x=\"urn:x\"><x:Amt>-1</x:Amt></x:Amt></Envlp></SplmtryData>"))),
        balances=balance("OPBD", "1000.00") + balance("CLBD", "1008.00") +
        "<TxsSummry><TtlNtries><NbOfNtries>1</NbOfNtries><Sum>8.00</Sum></TtlNtries></TxsSummry>",
        before="<StmtPgntn><PgNb>1</PgNb><LastPgInd>true</LastPgInd></StmtPgntn>",
        account=OTHER + "<Tp><Cd>CACC</Cd></Tp><Ccy>CNY</Ccy><Nm>市教育局</Nm>"),
        header="<MsgId>M2</MsgId><CreDtTm>2026-03-03T15:30:00Z</CreDtTm><AddtlInf>/EODY/</AddtlInf>")


def one(**other):
    return message(statement(entry(**other), closing="1012.50"))


def hostile_files():
    good = one()
    yield "nothing", ""
    yield "csv", "date,amount\n"
    yield "other-version", message(statement(), space=SPACE.replace(".08", ".02"))
    yield "other-message", message(statement(), space="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10")
    yield "no-namespace", message(statement(), space="")
    yield "other-root", good.replace("Document", "Dokument")
    yield "doctype", good.replace("<Document", '<!DOCTYPE Document [<!ENTITY x "12.50">]><Document').replace(">12.50<", ">&x;<")
    yield "entity", good.replace(">12.50<", ">&x;<")
    yield "external", good.replace("<Document", '<!DOCTYPE Document SYSTEM "http://localhost/x.dtd"><Document')
    yield "cut", good[:-60]
    yield "cut-between", good.split("\n<Ntry>")[0]
    yield "two-roots", good + "<Document/>"
    yield "deep", message(statement("<x>" * 62 + "</x>" * 62))
    yield "long-text", one(info=tag("AddtlNtryInf", "x" * 8200))
    yield "long-info", one(info=tag("AddtlNtryInf", "长" * 501))
    yield "long-id", message(statement(number="x" * 36))
    yield "no-id", good.replace("<Id>BOC-20260303-1</Id>", "")
    yield "empty-id", message(statement(number=" "))
    yield "two-ids", message(statement(number="A</Id><Id>B"))
    yield "no-header", good.replace("<GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-03-03T23:30:00+08:00</CreDtTm></GrpHdr>", "")
    yield "no-statement", message()
    yield "no-account", good.replace(tag("Acct", OTHER), "")
    yield "account-twice", message(statement(account="<Id><IBAN>DE89370400440532013000</IBAN><Othr><Id>1</Id></Othr></Id>"))
    yield "account-none", message(statement(account="<Id><BBAN>1</BBAN></Id>"))
    yield "account-in-usd", message(statement(account=OTHER + "<Ccy>USD</Ccy>"))
    yield "no-balance", message(statement(balances=""))
    yield "no-opening", message(statement(balances=balance("CLBD", "1000.00")))
    yield "no-closing", message(statement(balances=balance("OPBD", "1000.00")))
    yield "two-openings", message(statement(balances=balance("OPBD", "1.00") * 2 + balance("CLBD", "1.00")))
    yield "two-closings", message(statement(balances=balance("PRCD", "1.00") + balance("CLBD", "1.00") * 2))
    yield "does-not-add-up", message(statement(entry(), closing="1012.51"))
    yield "entry-twice", message(statement(entry(), entry(), closing="1012.50"))
    yield "pages", message(statement(before="<StmtPgntn><PgNb>1</PgNb><LastPgInd>false</LastPgInd></StmtPgntn>"))
    yield "second-page", message(statement(before="<StmtPgntn><PgNb>2</PgNb><LastPgInd>true</LastPgInd></StmtPgntn>"))
    yield "negative", one(value="-12.50")
    yield "three-decimals", one(value="12.505")
    yield "exponent", one(value="1.25e1")
    yield "comma", one(value="12,50")
    yield "huge", one(value="99999999999999.99")
    yield "huger", one(value="9" * 400)
    yield "no-amount", one(value="")
    yield "dot", one(value=".")
    yield "dollars", one(currency="USD")
    yield "no-currency", good.replace('<Ntry><Amt Ccy="CNY">', "<Ntry><Amt>")
    yield "balance-in-dollars", message(statement(balances=balance("OPBD", "1.00", currency="USD") + balance("CLBD", "1.00")))
    yield "side", one(side="CREDIT")
    yield "no-status", one(status="")
    yield "status-both", one(status="<Cd>BOOK</Cd><Prtry>x</Prtry>")
    yield "date", one(booked="<Dt>2026-02-29</Dt>")
    yield "date-form", one(booked="<Dt>03.03.2026</Dt>")
    yield "moment", one(booked="<DtTm>2026-03-03 10:00:00</DtTm>")
    yield "reversal-word", one(after="<RvslInd>yes</RvslInd>")
    yield "text-between", good.replace("</CdtDbtInd><Sts>", "</CdtDbtInd>12<Sts>")
    yield "element-within", one(value="<b>12.50</b>")
    yield "details-wrong", message(statement(entry(details=details(transaction("12.00"))), closing="1012.50"))
    yield "details-twice", message(statement(entry(details=details(transaction("12.50"), transaction("12.50"))), closing="1012.50"))
    yield "details-without-amount", message(statement(entry(details=details(transaction("12.50"), transaction())), closing="1012.50"))
    yield "details-first", message(statement(tag("Ntry", details(transaction("12.50")) + amount("12.50")), closing="1012.50"))
    yield "balance-last", message(statement(entry() + balance("OPBD", "1.00"), balances=""))
    yield "gb18030", one(info="<AddtlNtryInf>代扣</AddtlNtryInf>").encode("gb18030")
    yield "control", one(info="<AddtlNtryInf>a\x01b</AddtlNtryInf>")


for files in (good_files, hostile_files):
    for name, data in files():
        (HERE / f"{name}.xml").write_bytes(data if isinstance(data, bytes) else data.encode())
