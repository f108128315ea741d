"""Facts about the primitives: vectors of FORMATS 4 and layouts of FORMATS 3.1 at their byte offsets."""
import datetime
import pathlib
import sys
import unittest
import zlib

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import primitives as p  # noqa: E402

MASTER = bytes.fromhex("0123456789ABCDEFFEDCBA9876543210")
CARD = "312016122100001003"
DTK = bytes.fromhex("34343434343434341122334455667788")
LOAD = p.load_block(0x3E8, 4, 0x1F4, 2, p.bcd("000000000001"), p.bcd("20240301"), p.bcd("121530"))


def purchase(kind):
    return p.purchase_block(100, kind, p.bcd("360486600002"), 5, p.bcd("20240301"), p.bcd("121530"))


class Tac(unittest.TestCase):
    def test_blocks_are_22_and_24_bytes(self):
        self.assertEqual(purchase(6).hex(), "0000006406360486600002000000052024030112" + "1530")
        self.assertEqual(LOAD.hex(), "000003e80004000001f402000000000001" + "20240301121530")

    def test_des_vectors(self):
        self.assertEqual(p.tac("3des", DTK, purchase(6)).hex(), "53717121")
        self.assertEqual(p.tac("3des", DTK, purchase(9)).hex(), "3baf5072")
        self.assertEqual(p.tac("3des", DTK, LOAD).hex(), "fd20fa81")

    def test_card_keys_come_from_the_last_16_digits(self):
        self.assertEqual(p.card_key("3des", MASTER, CARD).hex(), "77420133dfeb5cbbe641153c7e742da9")
        self.assertEqual(p.card_key("sm4", MASTER, CARD).hex(), "e17aa3960b9f86d0dfd27810322f5cc7")

    def test_sm4_vectors(self):
        key = p.card_key("sm4", MASTER, CARD)
        self.assertEqual(p.tac("sm4", key, purchase(6)).hex(), "7ea2823b")
        self.assertEqual(p.tac("sm4", key, LOAD).hex(), "920d52e0")

    def test_key_ring_takes_the_key_that_the_record_names(self):
        ring = p.KeyRing({("sm4", 3): MASTER})
        self.assertEqual(ring.purchase_tac(0x13, CARD, purchase(6)).hex(), "7ea2823b")
        self.assertFalse(ring.has("3des", 3))


class Digits(unittest.TestCase):
    def test_crc_is_that_of_zlib(self):
        self.assertEqual(zlib.crc32(b"123456789"), 0xCBF43926)
        self.assertEqual(p.with_crc(bytes(60))[60:], zlib.crc32(bytes(60)).to_bytes(4, "big"))
        self.assertTrue(p.crc_ok(p.with_crc(bytes(60))))
        self.assertFalse(p.crc_ok(p.with_crc(bytes(60))[:63] + b"\x00"))

    def test_luhn(self):
        self.assertEqual(p.luhn_digit("7992739871"), "3")
        self.assertTrue(p.luhn_ok("79927398713"))
        self.assertFalse(p.luhn_ok("79927398710"))

    def test_bcd_refuses_a_nibble_over_nine(self):
        self.assertEqual(p.unbcd(p.bcd("0123")), "0123")
        self.assertIsNone(p.unbcd(b"\x1a"))

    def test_citizen_id_check_character(self):
        self.assertEqual(p.citizen_check("11010519491231002"), "X")


class Layout(unittest.TestCase):
    def test_record_fields_lie_at_their_offsets(self):
        raw = p.encode_record({
            "kind": 9, "mark": 1, "seq": 0x01020304, "card": CARD, "counter": 0x0506, "before": 0x0708090A,
            "amount": 0x0B0C0D0E, "after": 0x0F101112, "psam_seq": 0x13141516,
            "at": datetime.datetime(2026, 3, 2, 11, 30, 59), "key": 0x12, "tac": b"\xaa\xbb\xcc\xdd",
            "reference": 0x21222324, "operation": 0x2526, "list_version": 0x2728292A, "serial": 0x2B2C2D2E})
        self.assertEqual(len(raw), 64)
        self.assertEqual(raw[6:16].hex(), "00" + CARD)
        for offset, text in ((0, "0901"), (2, "01020304"), (16, "0506"), (18, "0708090a"), (22, "0b0c0d0e"),
                             (26, "0f101112"), (30, "13141516"), (34, "20260302"), (38, "113059"), (41, "12"),
                             (42, "aabbccdd"), (46, "21222324"), (50, "2526"), (52, "2728292a"), (56, "2b2c2d2e")):
            self.assertEqual(raw[offset:offset + len(text) // 2].hex(), text)
        self.assertTrue(p.crc_ok(raw))

    def test_header_fields_lie_at_their_offsets(self):
        raw = p.encode_header({
            "epoch": 0x0102, "device": "30010203", "psam": "370100000007", "school": "2137000001", "count": 3,
            "amount": 0x0102030405060708, "first": 7, "last": 9, "created": "20260302213005", "zero_23": 0xEE,
            "zero_51": 0xEF, "list_version": 0x0A0B0C0D, "zero_56": 0xF0F1F2F3})
        self.assertEqual(len(raw), 64)
        for offset, text in ((0, "44425031"), (4, "0040"), (6, "0102"), (8, "30010203"), (12, "370100000007"),
                             (18, "2137000001"), (23, "ee"), (24, "00000003"), (28, "0102030405060708"),
                             (36, "00000007"), (40, "00000009"), (44, "20260302213005"), (51, "ef"),
                             (52, "0a0b0c0d"), (56, "f0f1f2f3")):
            self.assertEqual(raw[offset:offset + len(text) // 2].hex(), text)
        self.assertTrue(p.crc_ok(raw))


if __name__ == "__main__":
    unittest.main()
