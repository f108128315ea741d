"""Bytes and check digits of FORMATS: BCD, Luhn, CRC-32, pos-bin/1 layouts, card keys and TACs.

Both halves of the city use this file: the terminals that write records and the oracle that reads them.
It holds no rule of money; those are in oracle.py.
"""
import functools
import struct
import zlib

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

try:
    from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
except ImportError:
    from cryptography.hazmat.primitives.ciphers.algorithms import TripleDES

RECORD_SIZE = 64
HEADER = struct.Struct(">4sHH4s6s5sBIQII7sBII")
RECORD = struct.Struct(">BBI10sHIIII4s3sB4sIHII")
FIRST_YEAR = 1900
MAGIC = b"DBP1"
ALGORITHM_OF_NIBBLE = {0: "3des", 1: "sm4"}
NIBBLE_OF_CHIP = {"cpu3des": 0, "cpusm4": 1, "m1": 15}


def bcd(digits):
    """Packed BCD of an even number of decimal digits."""
    return bytes.fromhex(digits)


def unbcd(data):
    """The digits of packed BCD, or None where a nibble is over 9."""
    text = data.hex()
    return text if text.isdigit() else None


def luhn_digit(digits):
    """The check digit that makes digits + digit pass Luhn."""
    total = 0
    for position, char in enumerate(reversed(digits)):
        value = int(char)
        if position % 2 == 0:
            value = value * 2 - 9 if value > 4 else value * 2
        total += value
    return str(-total % 10)


@functools.lru_cache(1 << 16)
def luhn_ok(digits):
    return luhn_digit(digits[:-1]) == digits[-1]


def citizen_check(first17):
    """GB 11643 check character (ISO 7064 MOD 11-2) of an 18-character citizen id."""
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return "10X98765432"[sum(int(c) * w for c, w in zip(first17, weights)) % 11]


def with_crc(first60):
    """The 60 bytes followed by their CRC-32."""
    return first60 + struct.pack(">I", zlib.crc32(first60))


def crc_ok(data):
    return zlib.crc32(data[:60]) == int.from_bytes(data[60:64], "big")


def encode_record(rec):
    """64 bytes of a pos-bin/1 record from a dict of its fields; optional fields default to 0."""
    body = RECORD.pack(
        rec["kind"], rec.get("mark", 0), rec["seq"], bcd("00" + rec["card"]), rec["counter"],
        rec["before"], rec["amount"], rec["after"], rec["psam_seq"],
        bcd(rec["at"].strftime("%Y%m%d")), bcd(rec["at"].strftime("%H%M%S")), rec["key"],
        rec.get("tac", bytes(4)), rec.get("reference", 0), rec.get("operation", 0),
        rec.get("list_version", 0), rec.get("serial", 0))
    return with_crc(body)


def encode_header(head):
    """64 bytes of a pos-bin/1 header from a dict of its fields."""
    body = HEADER.pack(
        MAGIC, head.get("record_length", RECORD_SIZE), head["epoch"], bcd(head["device"]), bcd(head["psam"]),
        bcd(head["school"]), head.get("zero_23", 0), head["count"], head["amount"], head["first"], head["last"],
        bcd(head["created"]), head.get("zero_51", 0), head.get("list_version", 0), head.get("zero_56", 0))
    return with_crc(body)


def xor(left, right):
    return bytes(a ^ b for a, b in zip(left, right))


def encrypt_ecb(cipher, data):
    encryptor = Cipher(cipher, modes.ECB()).encryptor()
    return encryptor.update(data) + encryptor.finalize()


def card_key(algorithm, master, card_no):
    """The card's own 16-byte key under a master key (FORMATS 4)."""
    factor = bcd(card_no[-16:])
    inverse = xor(factor, b"\xff" * 8)
    if algorithm == "3des":
        return encrypt_ecb(TripleDES(master + master[:8]), factor + inverse)
    return encrypt_ecb(algorithms.SM4(master), factor + inverse)


def mac_cipher(algorithm, key):
    """The block cipher of the MAC: single DES (EDE3 with one key three times) or SM4."""
    if algorithm == "3des":
        return TripleDES(xor(key[:8], key[8:]) * 3), 8
    return algorithms.SM4(key), 16


def tac(algorithm, key, block):
    """First four bytes of the last block of a CBC-MAC with zero IV and 80 00… padding."""
    cipher, size = mac_cipher(algorithm, key)
    padded = block + b"\x80"
    padded += bytes(-len(padded) % size)
    encryptor = Cipher(cipher, modes.CBC(bytes(size))).encryptor()
    return (encryptor.update(padded) + encryptor.finalize())[-size:][:4]


def purchase_block(amount, kind, psam, psam_seq, date, time):
    """TAC block of kinds 06 and 09; psam, date and time are packed BCD."""
    return struct.pack(">IB6sI4s3s", amount, kind, psam, psam_seq, date, time)


def load_block(after, counter, amount, kind, psam, date, time):
    """TAC block of loads and draws; psam, date and time are packed BCD."""
    return struct.pack(">IHIB6s4s3s", after, counter, amount, kind, psam, date, time)


class KeyRing:
    """Master keys by (algorithm, version), with the card keys derived so far."""

    def __init__(self, masters):
        self.masters = masters
        self.derived = {}

    def has(self, algorithm, version):
        return (algorithm, version) in self.masters

    def mac(self, name, card_no, block):
        """The TAC over a block by a card's key under the master key of (algorithm, version)."""
        slot = (name, card_no)
        if slot not in self.derived:
            self.derived[slot] = card_key(name[0], self.masters[name], card_no)
        return tac(name[0], self.derived[slot], block)

    def purchase_tac(self, key_byte, card_no, block):
        """The TAC that the key named by a record's key byte gives."""
        return self.mac((ALGORITHM_OF_NIBBLE[key_byte >> 4], key_byte & 15), card_no, block)
