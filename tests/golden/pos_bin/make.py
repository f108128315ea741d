#!/usr/bin/python3
"""Makes the pos-bin/1 samples of this folder anew (FORMATS.md 3.1). What each gives stands in pos_bin_golden_test.c."""
import os
import struct
import zlib

HERE = os.path.dirname(os.path.abspath(__file__))
SALE = {"kind": 6, "mark": 0, "seq": 1, "card": "00382016122100001003", "counter": 7, "before": 1000, "amount": 100,
        "after": 900, "psam_seq": 5, "date": "20240301", "time": "121530", "key": 0x15, "tac": "7ea2823b", "reverses": 0,
        "meal": 2, "list": 20240229, "serial": 0}
HEAD = {"magic": b"DBP1", "length": 64, "epoch": 1, "device": "13010042", "psam": "360486600002", "school": "2113010001",
        "zero_a": 0, "created": "20240301220000", "zero_b": 0, "list": 20240229, "zero_c": 0}


def signed(body, crc=None):
    return body + struct.pack(">I", zlib.crc32(body) if crc is None else crc)


def record(crc=None, **changes):
    r = {**SALE, **changes}
    body = struct.pack(">BBI10sHIIII4s3sB4sIHII", r["kind"], r["mark"], r["seq"], bytes.fromhex(r["card"]), r["counter"],
                       r["before"], r["amount"], r["after"], r["psam_seq"], bytes.fromhex(r["date"]), bytes.fromhex(r["time"]),
                       r["key"], bytes.fromhex(r["tac"]), r["reverses"], r["meal"], r["list"], r["serial"])
    return signed(body, crc)


def log(*records, crc=None, **changes):
    sequences = [struct.unpack_from(">I", r, 2)[0] for r in records] or [0]
    h = {**HEAD, "count": len(records), "sum": sum(struct.unpack_from(">I", r, 22)[0] for r in records),
         "first": min(sequences), "last": max(sequences), **changes}
    body = struct.pack(">4sHH4s6s5sBIQII7sBII", h["magic"], h["length"], h["epoch"], bytes.fromhex(h["device"]),
                       bytes.fromhex(h["psam"]), bytes.fromhex(h["school"]), h["zero_a"], h["count"], h["sum"], h["first"],
                       h["last"], bytes.fromhex(h["created"]), h["zero_b"], h["list"], h["zero_c"])
    return signed(body, crc) + b"".join(records)


def write(name, data):
    with open(os.path.join(HERE, name), "wb") as out:
        out.write(data)


def good():
    write("good.bin", log(record(), record(seq=2, kind=2, amount=500, after=1500, serial=12345678),
                          record(seq=3, kind=0xDB, amount=1, after=1001), record(seq=4, kind=9, mark=1, tac="00000000"),
                          record(seq=5, kind=0xFE, reverses=1, tac="00000000", after=1100), record(seq=6, key=0xF0)))
    write("empty.bin", log())
    write("holes.bin", log(*(record(seq=n) for n in (900, 7, 4294967295, 7))))


def refused():
    write("nothing.bin", b"")
    write("cut-header.bin", log()[:63])
    write("cut.bin", log(record(), record(seq=2))[:-1])
    write("longer.bin", log(record()) + b"\0")
    write("count-lies.bin", log(record(), count=2))
    write("huge-count.bin", log(record(), count=0xFFFFFFFF))
    write("count-wraps.bin", log(record(), count=0x04000001))
    write("sum-lies.bin", log(record(), sum=101))
    write("huge-sum.bin", log(record(), sum=0xFFFFFFFFFFFFFFFF))
    write("first-lies.bin", log(record(), first=0))
    write("last-lies.bin", log(record(), last=0xFFFFFFFF))
    write("other-magic.bin", log(record(), magic=b"DBP2"))
    write("other-length.bin", log(record(), length=128))
    write("other-crc.bin", log(record(), crc=0))
    write("zero-a.bin", log(record(), zero_a=1))
    write("zero-b.bin", log(record(), zero_b=255))
    write("zero-c.bin", log(record(), zero_c=1))
    write("no-device.bin", log(record(), device="1301004a"))
    write("no-psam.bin", log(record(), psam="36048660000f"))
    write("no-school.bin", log(record(), school="21130100a1"))
    write("no-time.bin", log(record(), created="20240230220000"))
    write("other-device.bin", log(record(), device="13010043"))
    write("other-school.bin", log(record(), school="2113010002"))


MALFORMED = (dict(crc=0), dict(kind=0), dict(kind=7), dict(mark=2), dict(mark=255), dict(kind=2, mark=1), dict(key=0x25),
             dict(key=0xE5), dict(seq=0), dict(counter=0), dict(card="00382016122100001004"), dict(card="01382016122100001003"),
             dict(card="0038201612210000100a"), dict(date="20230229"), dict(date="2024030f"), dict(time="240000"),
             dict(time="126000"), dict(amount=0), dict(kind=0xFE, tac="00000000"), dict(kind=0xFE, reverses=1),
             dict(reverses=1), dict(serial=1), dict(kind=2, serial=100000000))


if __name__ == "__main__":
    good()
    refused()
    write("malformed.bin", log(record(), *(record(**{"seq": 5, **fault}) for fault in MALFORMED), record(seq=2)))
