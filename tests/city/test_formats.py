"""Facts about the four text formats: rows written out by hand from FORMATS 3, and every spelling read back as one."""
import datetime
import itertools
import pathlib
import sys
import types
import unittest

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE))
import forms  # noqa: E402
import primitives as p  # noqa: E402
import read_identity  # noqa: E402
import read_money  # noqa: E402
import write_logs  # noqa: E402
from machine import Machine  # noqa: E402
from terminal import Card  # noqa: E402

DEVICE, CARD, SCHOOL = "30000185", "370102010000000011", "2137000001"
AT = datetime.datetime(2026, 3, 2, 7, 5, 9)
PKG_HEADING = ("termno,termseqno,samno,samseqno,cardno,termdate,termtime,amount,paycnt,cardbefbal,lockflag,grayflag,tac,"
               "cardtype,presamno,pretermdate,pretermtime,prepaycnt,preamount,pretranstype\n")
PKG_ROW = f"{DEVICE},7,370100000185,99,{CARD},20260302,070509,150,12,5000,0,0,A1b2C3d4,cpu3des,,,,,,\n"
XF_HEADING = f"XF010000000100000158{'F' * 24}\n"
XF_ROW = (f"00000007213700000110004{DEVICE}00{CARD}01022035123120200901203512310000120000000099"
          "000050000000015020260302070509063701000001850a1B2C3D00000FFFFFF\n")
ATT_HEADING = "device_no,seq,card_no,at,direction,method,result\n"
ATT_ROW = f"{DEVICE},7,{CARD},2026-03-02 07:05:09,I,card,ok\n"
GATE = (f'<gateLog device="{DEVICE}" school="{SCHOOL}" created="2026-03-02T21:30:00+08:00"><event seq="7" card="{CARD}"'
        ' at="2026-03-02T07:05:09+08:00" kind="gate" dir="in" result="granted" stop=""/></gateLog>')


def read(reader, text, count=1, amount=150, first=7, last=7):
    """The log of a text, with the manifest row that names these figures."""
    row = {"file": "logs/x", "device_no": DEVICE, "records": str(count), "amount_fen": str(amount),
           "first_seq": str(first), "last_seq": str(last)}
    data = text if isinstance(text, bytes) else text.encode()
    return reader(types.SimpleNamespace(school=SCHOOL), row, data)


class ByHand(unittest.TestCase):
    def test_a_pkg_row(self):
        rec, = read(read_money.read_pkg, PKG_HEADING + PKG_ROW).records
        self.assertEqual((rec.verdict, rec.kind, rec.seq, rec.card, rec.at, rec.amount, rec.counter, rec.before,
                          rec.after, rec.psam.hex(), rec.psam_seq, rec.tac.hex(), rec.chip, rec.key, rec.carried),
                         ("", 6, 7, CARD, AT, 150, 12, 5000, 4850, "370100000185", 99, "a1b2c3d4", "cpu3des", None, None))
        self.assertEqual((rec.date.hex(), rec.time.hex(), rec.epoch, rec.is_identity), ("20260302", "070509", 0, False))

    def test_a_pkg_row_carries_the_transaction_before(self):
        row = PKG_ROW.replace(",,,,,,", ",370100000001,20260301,183000,11,250,dB")
        rec, = read(read_money.read_pkg, PKG_HEADING + row).records
        self.assertEqual((rec.carried.kind, rec.carried.counter, rec.carried.amount, rec.carried.psam.hex(), rec.carried.at),
                         (0xDB, 11, 250, "370100000001", datetime.datetime(2026, 3, 1, 18, 30)))

    def test_a_lock_row_is_an_identity_record_without_money(self):
        row = PKG_ROW.replace(",150,12,5000,0,", ",0,12,5000,1,")
        rec, = read(read_money.read_pkg, PKG_HEADING + row, amount=0).records
        self.assertEqual((rec.verdict, rec.is_identity, rec.amount), ("", True, 0))
        rec, = read(read_money.read_pkg, PKG_HEADING + row.replace(",0,12,", ",9,12,"), amount=9).records
        self.assertEqual((rec.verdict, rec.amount), ("malformed", 9))

    def test_an_xf_line(self):
        self.assertEqual((len(XF_HEADING), len(XF_ROW)), (45, 159))
        rec, = read(read_money.read_xf, XF_HEADING + XF_ROW).records
        self.assertEqual((rec.verdict, rec.kind, rec.seq, rec.card, rec.at, rec.amount, rec.counter, rec.before,
                          rec.after, rec.psam.hex(), rec.psam_seq, rec.tac.hex(), rec.chip, rec.key, rec.merchant),
                         ("", 6, 7, CARD, AT, 150, 12, 5000, 4850, "370100000185", 99, "0a1b2c3d", "", None,
                          "213700000110004"))

    def test_a_load_in_xf_adds_and_a_purchase_over_the_balance_leaves_nothing(self):
        rec, = read(read_money.read_xf, XF_HEADING + XF_ROW.replace("06370100", "dB370100")).records
        self.assertEqual((rec.verdict, rec.kind, rec.after), ("", 0xDB, 5150))
        rec, = read(read_money.read_xf, XF_HEADING + XF_ROW.replace("0000500000000150", "0000010000000150")).records
        self.assertEqual((rec.verdict, rec.after), ("", 0))

    def test_an_att_row_and_a_gate_event(self):
        for reader, text in ((read_identity.read_att, ATT_HEADING + ATT_ROW), (read_identity.read_gate, GATE)):
            rec, = read(reader, text, amount=0).records
            self.assertEqual((rec.verdict, rec.is_identity, rec.seq, rec.card, rec.at, rec.amount),
                             ("", True, 7, CARD, AT, 0))

    def test_a_card_may_be_empty_for_a_photo_an_alarm_and_a_denied_event(self):
        photo = ATT_ROW.replace(CARD, "").replace("card", "photo")
        denied = GATE.replace(CARD, "").replace("granted", "denied")
        alarm = GATE.replace("<event", "<alarm").replace(CARD, "").replace("gate\" dir", "fire\" dir")
        alarm = alarm.replace(' dir="in" result="granted" stop=""', "")
        for reader, text in ((read_identity.read_att, ATT_HEADING + photo), (read_identity.read_gate, denied),
                             (read_identity.read_gate, alarm)):
            self.assertEqual([rec.verdict for rec in read(reader, text, amount=0).records], [""])
        for reader, text in ((read_identity.read_att, ATT_HEADING + ATT_ROW.replace(CARD, "")),
                             (read_identity.read_gate, GATE.replace(CARD, ""))):
            self.assertEqual([rec.verdict for rec in read(reader, text, amount=0).records], ["malformed"])

    def test_an_empty_log_has_its_heading(self):
        for reader, text in ((read_money.read_pkg, PKG_HEADING), (read_money.read_xf, XF_HEADING.replace("0100000001", "0100000000")),
                             (read_identity.read_att, ATT_HEADING)):
            self.assertFalse(read(reader, text, 0, 0, 0, 0).refused)
            self.assertTrue(read(reader, "", 0, 0, 0, 0).refused)


class Refusals(unittest.TestCase):
    def test_every_figure_of_the_manifest_is_held_against_the_rows(self):
        for reader, text, amount in ((read_money.read_pkg, PKG_HEADING + PKG_ROW, 150),
                                     (read_money.read_xf, XF_HEADING + XF_ROW, 150),
                                     (read_identity.read_att, ATT_HEADING + ATT_ROW, 0), (read_identity.read_gate, GATE, 0)):
            self.assertFalse(read(reader, text, 1, amount).refused)
            for figures in ((2, amount), (1, amount + 1), (1, amount, 6), (1, amount, 7, 8)):
                self.assertTrue(read(reader, text, *figures).refused, figures)

    def test_a_number_that_is_none_counts_0(self):
        row = PKG_ROW.replace(",150,", ",x150,")
        log = read(read_money.read_pkg, PKG_HEADING + row, amount=0)
        self.assertEqual([log.refused, *(rec.verdict for rec in log.records)], [False, "malformed"])
        row = ATT_ROW.replace(",7,", ",7x,")
        log = read(read_identity.read_att, ATT_HEADING + row, amount=0, first=0, last=0)
        self.assertEqual([log.refused, *(rec.verdict for rec in log.records)], [False, "malformed"])

    def test_another_device_refuses_but_no_device_is_malformed(self):
        for device, refused in (("30000186", True), ("3000018x", False)):
            self.assertEqual(read(read_money.read_pkg, PKG_HEADING + PKG_ROW.replace(DEVICE, device)).refused, refused)

    def test_xml_that_is_not_well_formed_or_has_a_dtd_or_another_school(self):
        for text in (GATE[:-1], GATE.replace('seq="7"', 'seq="7" seq="8"'), GATE.replace("granted", "&x;"),
                     "<!DOCTYPE gateLog>" + GATE, GATE.replace(SCHOOL, "2137000002"), GATE.encode("utf-16"),
                     GATE.replace("gateLog", "doorLog")):
            self.assertTrue(read(read_identity.read_gate, text, amount=0).refused)


class Csv(unittest.TestCase):
    def test_quotes_hold_commas_quotes_and_line_ends(self):
        self.assertEqual(forms.csv_rows('a,"b,""c\nd"\n\n"",e', "utf-8"), [["a", 'b,"c\nd'], ["", "e"]])

    def test_blank_lines_are_left_out_and_blanks_stay(self):
        for text in ("a, b\n \t\n\nc,d ", 'a, b\n \t\n\nc,"d "'):
            self.assertEqual(forms.csv_rows(text, "utf-8"), [["a", " b"], ["c", "d "]])

    def test_a_last_empty_field_counts(self):
        self.assertEqual(forms.csv_rows("a,", "utf-8"), [["a", ""]])
        self.assertEqual(forms.csv_rows('"a",', "utf-8"), [["a", ""]])

    def test_a_quote_that_neither_opens_nor_closes_is_no_csv(self):
        for text in ('a"b,c', '"a"b,c', '"a,b', 'a,"'):
            self.assertIsNone(forms.csv_rows(text, "utf-8"))

    def test_line_ends_of_all_three_sorts(self):
        self.assertEqual(forms.decode(b"a\r\nb\n\rc\nd\n\r\n\re", "utf-8"), "a\nb\nc\nd\n\ne")
        self.assertIsNone(forms.decode(b"a\rb", "utf-8"))


class Spellings(unittest.TestCase):
    """What a machine writes in any spelling, the oracle reads as one content."""

    @classmethod
    def setUpClass(cls):
        cls.ring = p.KeyRing({("3des", 1): bytes(range(16))})

    def spellings(self):
        flags = itertools.product((False, True), repeat=2)
        for (bom, odd), line_end in itertools.product(flags, ("\n", "\r\n", "\n\r")):
            yield {"line_end": line_end, "bom": bom, "long_cards": odd, "upper_hex": odd, "shuffled": odd,
                   "blank_lines": not odd, "quoted": bom, "ends_open": odd}

    def machine(self, log_format):
        return Machine({"device_no": DEVICE, "psam_no": "370100000185", "school_code": SCHOOL, "classes": "",
                        "merchant_no": "213700000110004", "log_format": log_format, "first_seq": ""}, self.ring)

    def fill(self, machine):
        row = {"card_no": CARD, "chip": "cpu3des", "key_version": "1", "counter": "4", "balance_fen": "9000"}
        card = Card(row, SCHOOL)
        for n in range(4):
            at = AT + datetime.timedelta(minutes=n)
            if machine.log_format in ("pkg-csv/1", "xf-text/1"):
                machine.sell(card, 100 + n, at)
            elif machine.log_format == "att-csv/1":
                machine.see(at, card=card.card_no, direction="O", method="card+finger", result="repeat")
            else:
                machine.see(at, card=card.card_no, kind="bus", dir="on", result="granted", stop="𠮷 & <a> '\"")
        return machine.dump()

    def test_contents_do_not_depend_on_the_spelling(self):
        readers = {"pkg-csv/1": read_money.read_pkg, "xf-text/1": read_money.read_xf,
                   "att-csv/1": read_identity.read_att, "gate-xml/1": read_identity.read_gate}
        for log_format, reader in readers.items():
            machine = self.machine(log_format)
            lines = self.fill(machine)
            found, texts = set(), set()
            for spelling in self.spellings():
                log = machine.write_log(lines, AT, **spelling)
                read_back = reader(types.SimpleNamespace(school=SCHOOL), {"file": log.name, **log.row}, log.data)
                self.assertFalse(read_back.refused, (log_format, spelling))
                self.assertEqual([rec.verdict for rec in read_back.records], [""] * 4)
                found.add(tuple(rec.content for rec in read_back.records))
                texts.add(log.data)
            self.assertEqual((len(found), len(texts)), (1, 12), log_format)

    def test_a_number_that_is_none_is_counted_as_the_oracle_counts_it(self):
        self.assertEqual([write_logs.count(text) for text in ("12", "0012", "", "-1", "1.0", "4294967296")],
                         [12, 12, 0, 0, 0, 0])


if __name__ == "__main__":
    unittest.main()
