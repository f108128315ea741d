#!/usr/bin/python3
"""Makes the inputs of manifest/, csv/, charset/, reference/, options/ and blacklist/ anew. What becomes of NAME stands in NAME.out beside
it, which a person writes: rows, or the exact message."""
import os
import zlib

HERE = os.path.dirname(os.path.abspath(__file__))
SHA = "00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF"
MANIFEST = "file,format,device_no,records,amount_fen,first_seq,last_seq,sha256\n"
ROW = f"logs/a.bin,pos-bin/1,00000042,3,300,1,5,{SHA}\n"
CARD = ("card_no,person_no,card_class,chip,key_version,status,issued_on,expires_on,counter,online_counter,balance_fen,replaces\n"
        "370102010000000011,S1,1,cpu3des,1,normal,2025-09-01,2031-08-31,10,0,20000,\n")


def blacklist(head, *rows, crc=None):
    """A list with its check sum."""
    text = "".join(line + "\r\n" for line in (head, *rows))
    return text + (crc or f"{zlib.crc32(text.encode()):08X}") + "\r\n"


ADD, REMOVE = "00370102010000000011,0,01", "00370102010000000029,1,01"
TEXTS = {
    "blacklist": {
        "full.txt": blacklist("20260302,00000000,000001", ADD),
        "delta.txt": blacklist("20260303,20260302,000002", ADD, REMOVE),
        "no-rows.txt": blacklist("20260302,00000000,000000"),
        "nothing.txt": "",
        "cut.txt": blacklist("20260302,00000000,000001", ADD)[:-1],
        "lf.txt": blacklist("20260302,00000000,000001", ADD).replace("\r\n", "\n"),
        "other-crc.txt": blacklist("20260302,00000000,000001", ADD, crc="00000000"),
        "small-crc.txt": blacklist("20260302,00000000,000001", ADD)[:-10] + "abcdef00\r\n",
        "crc-of-line-ends.txt": blacklist("20260302,00000000,000001", ADD, crc="\r\n\r\n\n\n\0\t"),
        "crc-no-text.txt": blacklist("20260302,00000000,000001", ADD, crc="\xf7" * 8).encode("latin-1"),
        "count-lies.txt": blacklist("20260302,00000000,000002", ADD),
        "huge-count.txt": blacklist("20260302,00000000,999999", ADD),
        "no-version.txt": blacklist("2026030x,00000000,000001", ADD),
        "later-previous.txt": blacklist("20260302,20260303,000001", ADD),
        "removal-in-full.txt": blacklist("20260302,00000000,000001", REMOVE),
        "twice.txt": blacklist("20260303,20260302,000002", ADD, ADD),
        "not-sorted.txt": blacklist("20260303,20260302,000002", REMOVE, ADD),
        "other-op.txt": blacklist("20260303,20260302,000001", ADD.replace(",0,", ",2,")),
        "other-level.txt": blacklist("20260303,20260302,000001", ADD.replace(",01", ",02")),
        "no-card.txt": blacklist("20260303,20260302,000001", "01" + ADD[2:]),
        "nul.txt": blacklist("20260303,20260302,000001", ADD.replace("37", "3\0")),
    },
    "manifest": {
        "good.csv": MANIFEST + ROW + f"status.csv,status-csv/1,,7,,,,{SHA}\n",
        "bom-crlf.csv": "\ufeff" + (MANIFEST + ROW).replace("\n", "\r\n"),
        "no-rows.csv": MANIFEST,
        "nothing.csv": "",
        "turned.csv": f"sha256,last_seq,first_seq,amount_fen,records,device_no,format,file\n{SHA},5,1,300,3,00000042,gate-xml/1,g\n",
        "nul.csv": MANIFEST + ROW.replace("a.bin", "a\0bin"),
        "gb18030.csv": (MANIFEST + ROW.replace("a.bin", "车.bin")).encode("gb18030"),
        "dotdot.csv": MANIFEST + ROW.replace("a.bin", "../a.bin"),
        "absolute.csv": MANIFEST + ROW.replace("logs/a.bin", "/etc/passwd"),
        "itself.csv": MANIFEST + ROW.replace("logs/a.bin", "MANIFEST.csv"),
        "twice.csv": MANIFEST + ROW + ROW,
        "negative.csv": MANIFEST + ROW.replace(",3,", ",-3,"),
        "too-many.csv": MANIFEST + ROW.replace(",3,", ",4294967296,"),
        "too-dear.csv": MANIFEST + ROW.replace(",300,", ",1000000000000001,"),
        "together-too-dear.csv": MANIFEST + ROW.replace(",300,", ",999999999999999,") + ROW.replace("a.bin", "b.bin"),
        "float.csv": MANIFEST + ROW.replace(",300,", ",3e2,"),
        "short-digest.csv": MANIFEST + ROW.replace("001122", "0011"),
        "no-device.csv": MANIFEST + ROW.replace("00000042", ""),
        "device-of-status.csv": MANIFEST + ROW.replace("pos-bin/1", "status-csv/1"),
        "open-quote.csv": MANIFEST + ROW.replace("logs", '"logs'),
        "many-columns.csv": "," * 3000,
        "long-name.csv": MANIFEST + ROW.replace("a.bin", "a" * 300),
    },
    "csv": {
        "plain.csv": "a,b\n1,2\n", "mixed-ends.csv": "a,b\r\n1,2\n3,4\n\r5,6\n", "blanks.csv": "\n\na\n\n\r\nb\n \t\n c ",
        "quoted.csv": '"a,b","c""d"\n"e\r\n\nf",g\n""\n', "empty-fields.csv": ",,\n,\n", "nothing.csv": "",
        "open-quote.csv": 'a\n"b\nc\n', "inner-quote.csv": 'a\nb,c"d\n', "after-quote.csv": '"a"b\n', "blank-quote.csv": 'a, "b"\n',
        "lone-cr.csv": "a\rb\n", "cr-first.csv": "\ra\n", "long-field.csv": "a," + "b" * 2049, "field-at-limit.csv": "a," + "b" * 2048,
        "long-line.csv": ",".join(["b" * 1000] * 9), "quote-eats-line.csv": '"a' + "\nb" * 5000,
        "many-commas.csv": "," * 300, "wide.csv": "中,文\n𠮷,é\n",
    },
    "charset": {
        "ascii.txt": "plain\n", "utf8.txt": "日清 𠮷\n", "bom.txt": b"\xef\xbb\xbfabc", "gb2312.txt": "日清".encode("gb18030"),
        "gb18030.txt": "𠮷é€".encode("gb18030"), "bar-inside.txt": b"\x81\x7c|\x81\x7c", "half-utf8.txt": b"abc\xe6\x97",
        "half-gb18030.txt": b"\xd6\xd0\xce", "half-of-four.txt": b"\xd6\xd0\x81\x39\xee", "neither.txt": b"ab\xff\xff",
        "overlong.txt": b"a\xc0\xafb", "surrogate.txt": b"a\xed\xa0\x80", "above-last.txt": b"a\xf4\x90\x80\x80",
        "nul.txt": b"a\0b", "utf16.txt": "abc".encode("utf-16"), "bom-gb18030.txt": b"\xef\xbb\xbf\xd6\xd0", "nothing.txt": b"",
    },
    "reference": {
        "card-good.csv": CARD, "card-gb18030.csv": CARD.replace(",S1,", ",张三,").encode("gb18030"),
        "card-luhn.csv": CARD.replace("0000011,", "0000010,"),
        "card-numbers.csv": CARD.replace(",1,normal", ",16,normal").replace(",10,0,20000", ",65536,-1,99999999999999999999"),
        "card-columns.csv": CARD.replace("normal,", "normal,,"), "card-twice.csv": CARD.replace("replaces", "chip"),
        "card-nul.csv": CARD.replace("cpu3des", "cpu\0des"),
        "school-good.csv": "school_code,name,district_code,level,settlement\n2137000001,第一小学,370102,primary,central\n",
        "school-control.csv": "school_code,name,district_code,level,settlement\n2137000001,a\tb,370102,primary,none\n",
        "calendar-dates.csv": "date,kind,school_code,note\n2024-02-30,holiday,,\n2024-02-29,feast,,\n0000-00-00,,1,\n",
        "loss-stamps.csv": "card_no,kind,effective_at,reason\n370102010000000011,lost,2024-02-29 24:00:00,\n"
                           "370102010000000011,lost,2024-02-29 23:59:59,x\n",
        "terminal-classes.csv": "device_no,psam_no,kind,school_code,place,merchant_no,valid_from,valid_to,log_format,capacity,"
                                "classes,first_seq\n00000001,360486600002,pos,2137000001,hall,213700000110001,2024-01-01,,pos-bin/1,"
                                "8000,1-40;;77,1\n00000001,360486600002,pos,2137000001,hall,213700000110001,2024-01-01,2023-01-01,"
                                "pos-bin/3,8000,,0\n",
    },
    "options": {
        "good.conf": "\ufeff# x\r\n[site]\r\n  name = 市 = a:b ; said so\n[source  beta ]\nhost: b\nport=2222\n",
        "no-site.conf": "[rules]\n", "before-section.conf": "name = x\n", "unknown-key.conf": "[site]\nname = x\ncolour = blue\n",
        "unknown-section.conf": "[site]\nname = x\n[zoo]\n", "twice.conf": "[site]\nname = x\nname = y\n",
        "open-section.conf": "[site\n", "no-equals.conf": "[site]\nname\n", "nul.conf": "[site]\nname = a\0b\n",
        "gb18030.conf": "[site]\nname = 北\n".encode("gb18030"), "port.conf": "[source a]\nhost = x\nport = 65536\n[site]\nname = x\n",
        "huge-number.conf": "[source a]\nhost = x\nport = 99999999999999999999\n[site]\nname = x\n",
        "long-line.conf": "[site]\nname = " + "x" * 9000 + "\n", "long-name.conf": "[source " + "n" * 65 + "]\nhost = x\n",
        "bad-name.conf": "[source a/../b]\nhost = x\n", "choice.conf": "[source a]\nhost = x\nsignature = no\n[site]\nname = x\n",
        "nothing.conf": "",
    },
}

for folder, files in TEXTS.items():
    for name, text in files.items():
        with open(os.path.join(HERE, folder, name), "wb") as out:
            out.write(text if isinstance(text, bytes) else text.encode())
