"""post: packages of pkg-csv/1 and xf-text/1 logs (FORMATS 3.2, 3.3), from their bytes to verdicts, acks and exceptions."""
import re

import primitives as p
from harness import ATTENTION, DONE
from terminal import LogFile
from test_adjust import Operators
import town as t
from town import A, B, DAY, TownCase

NAMES = ("termno,termseqno,samno,samseqno,cardno,termdate,termtime,amount,paycnt,cardbefbal,lockflag,grayflag,tac,cardtype,"
         "presamno,pretermdate,pretermtime,prepaycnt,preamount,pretranstype").split(",")
PRE = NAMES[14:]
CHIP_OF_NIBBLE = {0: "cpu3des", 1: "cpusm4", 15: "m1"}
TERMINAL_ROWS = [
    ("30000104", "370100000104", "bus", A, "1号车", A + "10001", "2025-09-01", "", "pkg-csv/1", 20000, "", ""),
    ("30000105", "370100000105", "pos", A, "浴室", A + "10002", "2025-09-01", "", "xf-text/1", 20000, "", "")]


def number(text):
    """A number as the sums of a log count it: one that is none counts 0."""
    return int(text) if text.isascii() and text.isdigit() and int(text) < 2**32 else 0


class Machine:
    """Keeps the records of one terminal; `written` in a record stands for what its format would have there."""

    def __init__(self, town, device, psam, merchant):
        self.town, self.device, self.psam, self.merchant = town, device, psam, merchant
        self.records = []
        self.next_seq = 1

    def sell(self, name, amount, time, kind=6, written=None, **lies):
        """A transaction of a card, whose balance and counter move; lies are fields written wrong, before the TAC."""
        card = self.town.cards[name] if isinstance(name, str) else name
        online = kind in (0x02, 0xDB)
        fields = {"seq": self.next_seq, "card": card.card_no, "counter": 1 if online else card.counter + 1,
                  "before": card.balance, "amount": amount, "kind": kind, "psam": self.psam, "psam_seq": 7,
                  "at": t.at(time), "key": card.key_byte, "gray": False, "written": written or {}, **lies}
        fields.setdefault("tac", self.tac(fields))
        card.balance += amount if online else -amount
        card.counter += not online
        self.next_seq += 1
        self.records.append(fields)
        return fields

    def tac(self, fields):
        if fields["key"] >> 4 == 15:
            return bytes(4)
        if fields["kind"] in (0x02, 0xDB):
            at = fields["at"]
            block = p.load_block(fields["before"] + fields["amount"], fields["counter"], fields["amount"], 0x02,
                                 p.bcd(fields["psam"]), p.bcd(f"{at:%Y%m%d}"), p.bcd(f"{at:%H%M%S}"))
            return self.town.ring.purchase_tac(fields["key"], fields["card"], block)
        return t.sale_tac(self.town.ring, fields)

    def log(self, name, lines, numbers, **lies):
        """The file of some lines, its manifest row from the (sequence, amount) texts of its records."""
        pairs = [(number(sequence), number(amount)) for sequence, amount in numbers]
        sequences = [sequence for sequence, _ in pairs]
        row = {"format": self.log_format, "device_no": self.device, "records": str(len(pairs)),
               "amount_fen": str(sum(amount for _, amount in pairs)), "first_seq": str(min(sequences, default=0)),
               "last_seq": str(max(sequences, default=0)), **lies}
        self.records = []
        return LogFile(f"logs/{name}", "".join(lines).encode(), row, [])


class Bus(Machine):
    log_format = "pkg-csv/1"

    def lock(self, name, time, **lies):
        """Locks a card that the list names; its counter does not move."""
        counter = self.town.cards[name].counter
        record = self.sell(name, 0, time, tac=bytes(4), written={"lockflag": "1"}, **lies)
        self.town.cards[name].counter = counter
        return record

    def cells(self, record):
        found = {"termno": self.device, "termseqno": str(record["seq"]), "samno": record["psam"],
                 "samseqno": str(record["psam_seq"]), "cardno": record["card"], "termdate": f"{record['at']:%Y%m%d}",
                 "termtime": f"{record['at']:%H%M%S}", "amount": str(record["amount"]), "paycnt": str(record["counter"]),
                 "cardbefbal": str(record["before"]), "lockflag": "0", "grayflag": str(int(record["gray"])),
                 "tac": record["tac"].hex(), "cardtype": CHIP_OF_NIBBLE[record["key"] >> 4], **dict.fromkeys(PRE, "")}
        before = record.get("previous")
        if before:
            found.update(presamno=before["psam"], pretermdate=f"{before['at']:%Y%m%d}", pretermtime=f"{before['at']:%H%M%S}",
                         prepaycnt=str(before["counter"]), preamount=str(before["amount"]),
                         pretranstype=f"{before['kind']:02X}")
        return {**found, **record["written"]}

    def dump(self, name="bus.csv", end="\r\n", **lies):
        rows = [self.cells(record) for record in self.records]
        lines = [",".join(row.values()) for row in rows]
        numbers = [(row["termseqno"], row["amount"]) if line.count(",") == len(NAMES) - 1 else ("", "")
                   for row, line in zip(rows, lines)]
        return self.log(name, [line + end for line in [",".join(NAMES), *lines]], numbers, **lies)


class Bath(Machine):
    log_format = "xf-text/1"

    def fields(self, record):
        found = {"seq": f"{record['seq']:08d}", "merchant": self.merchant, "device": self.device,
                 "card": f"00{record['card']}", "types": "0102", "dates": "203512312020090120351231",
                 "counter": f"{record['counter']:06d}", "psam_seq": f"{record['psam_seq']:010d}",
                 "before": f"{record['before']:08d}", "amount": f"{record['amount']:08d}",
                 "at": f"{record['at']:%Y%m%d%H%M%S}", "kind": f"{record['kind']:02X}", "psam": record["psam"],
                 "tac": record["tac"].hex(), "gray": "01" if record["gray"] else "00", "ticket": "000", "reserved": "FFFFFF"}
        return {**found, **record["written"]}

    def dump(self, name="bath.txt", end="\n", heading=None, **lies):
        rows = [self.fields(record) for record in self.records]
        lines = [heading or f"XF01{len(rows):08d}00000158{'F' * 24}", *("".join(row.values()) for row in rows)]
        return self.log(name, [line + end for line in lines], [(row["seq"], row["amount"]) for row in rows], **lies)


class FormatsCase(TownCase):
    @classmethod
    def prepare(cls, stage):
        super().prepare(stage)
        path = stage.folder / "reference" / "machines.csv"
        path.write_text(t.reference_text("terminal", TERMINAL_ROWS))
        stage.run("import", "terminal", path, "--date", DAY)

    def setUp(self):
        super().setUp()
        self.bus = Bus(self.town, "30000104", "370100000104", A + "10001")
        self.bath = Bath(self.town, "30000105", "370100000105", A + "10002")

    def ack_text(self, name):
        """The whole answer to a package, as its bytes lie on the server."""
        (path,) = (self.stage.sftp / A / "ack").glob(f"{name}.*")
        return path.read_bytes().decode()

    def terminal_days(self):
        return self.stage.rows("SELECT device_no, collected, posted, duplicate, held, rejected, missing, amount_fen "
                               "FROM api.terminal_day ORDER BY 1")

    def balances(self, *serials):
        return self.stage.rows("SELECT ledger_fen, card_fen, counter FROM api.card_balance WHERE card_no IN ("
                               + ", ".join(f"'{t.card_no(serial)}'" for serial in serials) + ") ORDER BY card_no")


def ack_of(*rows):
    """The text of an answer from its rows without the total."""
    total = [sum(int(row[column]) for row in rows) for column in range(1, 8)]
    lines = ["file,records,posted,duplicate,held,rejected,amount_fen,posted_fen,reason", *(",".join(map(str, row)) for row in rows),
             ",".join(map(str, ["TOTAL", *total, ""]))]
    return "".join(line + "\r\n" for line in lines)


class GoodLogs(FormatsCase):
    def test_purchases_of_a_bus_reach_the_ledger(self):
        self.bus.sell("ann", 200, "07:10")
        self.bus.sell("ben", 200, "07:11")
        self.bus.sell("cat", 200, "07:12")
        self.bus.sell("eve", 300, "07:13")
        name = self.town.deliver(self.bus.dump())
        self.close(expect=DONE)
        self.assertEqual(self.ack_text(name), ack_of(("logs/bus.csv", 4, 4, 0, 0, 0, 900, 900, "")))
        self.assertEqual(self.transfers(), [(f"2001:{t.card_no(1)}", f"2004:{A}10001", "200"),
                                            (f"2001:{t.card_no(2)}", f"2004:{A}10001", "200"),
                                            (f"2001:{t.card_no(3)}", f"1221:{B}:{A}", "200"),
                                            (f"1221:{A}:{B}", f"2004:{A}10001", "200"),
                                            (f"2001:{t.card_no(5)}", f"2004:{A}10001", "300")])
        self.assertEqual(self.balances(1, 2, 3, 5), [("19800", "19800", "11"), ("14800", "14800", "1"), ("29800", "29800", "8"),
                                                     ("89700", "89700", "100")])
        self.assertEqual(self.exceptions(), [])
        self.assertEqual(self.terminal_days(), [("30000104", "4", "4", "0", "0", "0", "0", "900")])
        self.stage.run("audit")

    def test_all_kinds_of_the_bathhouse_reach_the_ledger(self):
        self.bath.sell("ann", 350, "20:10")
        self.bath.sell("ann", 150, "20:20", kind=9)
        self.bath.sell("ann", 5000, "20:30", kind=0x02)
        self.bath.sell("ben", 700, "20:40", kind=0xDB)
        name = self.town.deliver(self.bath.dump(end="\n\r"))
        self.close()
        self.assertEqual(self.ack_text(name), ack_of(("logs/bath.txt", 4, 4, 0, 0, 0, 6200, 6200, "")))
        self.assertEqual(self.stage.rows("SELECT kind, amount_fen FROM api.transfer WHERE kind <> 'opening' ORDER BY 1, 2"),
                         [("load", "5000"), ("purchase", "150"), ("purchase", "350"), ("subsidy_draw", "700")])
        self.assertEqual(self.balances(1, 2), [("24500", "24500", "12"), ("15700", "15700", "0")])
        self.assertEqual(self.exceptions(), [])
        self.stage.run("audit")

    def test_one_package_may_hold_all_formats(self):
        self.bus.sell("ann", 200, "07:10")
        self.town.sell("canteen", "ann", 1000, "12:00")
        self.bath.sell("ann", 350, "20:10")
        for extension in t.package.EXTENSIONS:
            self.town.deliver(self.town.log("canteen"), extension=extension)
        name = self.town.deliver(self.bath.dump(), self.bus.dump())
        self.close(expect=DONE)
        self.assertEqual(self.ack_text(name), ack_of(("logs/bath.txt", 1, 1, 0, 0, 0, 350, 350, ""),
                                                     ("logs/bus.csv", 1, 1, 0, 0, 0, 200, 200, "")))
        self.assertEqual(self.balances(1), [("18450", "18450", "13")])

    def test_another_spelling_is_a_duplicate_and_another_content_a_conflict(self):
        sale = self.bus.sell("ann", 200, "07:10")
        bath = self.bath.sell("ben", 350, "20:10")
        self.town.deliver(self.bus.dump(), self.bath.dump())
        self.bus.records = [dict(sale, written={"cardno": f"00{sale['card']}", "amount": "0200", "termseqno": "01"}),
                            dict(sale, psam_seq=8)]
        self.bath.records = [dict(bath, written={"tac": bath["tac"].hex().upper()}),
                             dict(bath, written={"dates": "203512312020090220351231"})]
        again = self.town.deliver(self.bus.dump(end="\n"), self.bath.dump(end="\r\n"), made_at="20260302220000")
        self.close(expect=ATTENTION)
        self.assertEqual(self.ack_text(again), ack_of(("logs/bus.csv", 2, 0, 1, 1, 0, 400, 0, ""),
                                                      ("logs/bath.txt", 2, 0, 1, 1, 0, 700, 0, "")))
        self.assertEqual(self.verdicts(), ["conflict", "conflict"])
        self.assertEqual(len(self.transfers()), 2)

    def test_jobs_twice_change_nothing(self):
        self.bus.sell("ann", 200, "07:10")
        self.bus.lock("dan", "07:11")
        self.bus.sell("ben", 200, "07:12", written={"cardtype": "none"})
        self.bath.sell("ann", 350, "20:10")
        self.town.deliver(self.bus.dump(), self.bath.dump())
        self.close()
        for job in ("collect", "post"):
            self.assert_nothing_changes(job, "--date", DAY, expect=(DONE, ATTENTION))


class Locks(FormatsCase):
    def test_a_locked_card_is_stored_and_moves_no_money(self):
        self.bus.sell("ann", 200, "07:10")
        self.bus.lock("dan", "07:11")
        self.bus.sell("ben", 200, "07:12")
        name = self.town.deliver(self.bus.dump())
        self.close(expect=DONE)
        self.assertEqual(self.ack_text(name), ack_of(("logs/bus.csv", 3, 3, 0, 0, 0, 400, 400, "")))
        self.assertEqual(len(self.transfers()), 2)
        self.assertEqual(self.exceptions(), [])
        self.assertEqual(self.terminal_days(), [("30000104", "3", "3", "0", "0", "0", "0", "400")])

    def test_locks_and_sales_share_the_sequences_of_their_device(self):
        self.bus.sell("ann", 200, "07:10")
        self.bus.lock("dan", "07:11")
        sale, lock = self.bus.records
        first = self.town.deliver(self.bus.dump())
        self.bus.records = [lock, dict(lock, tac=b"\1\0\0\0"), sale, dict(lock, seq=sale["seq"]),
                            dict(sale, seq=lock["seq"], amount=300), dict(lock, seq=4)]
        again = self.town.deliver(self.bus.dump(), made_at="20260302220000")
        self.close(expect=ATTENTION)
        self.assertEqual(self.ack_text(first), ack_of(("logs/bus.csv", 2, 2, 0, 0, 0, 200, 200, "")))
        self.assertEqual(self.ack_text(again), ack_of(("logs/bus.csv", 6, 1, 2, 3, 0, 500, 0, "")))
        self.assertEqual(self.exceptions(), [("conflict", "open", "the same sequence was seen with another content")] * 3 +
                         [("sequence_gap", "open", "0:3-3 sequences not seen")])


class Verdicts(FormatsCase):
    def test_malformed_rows_of_a_bus_are_rejected_with_their_reason(self):
        faults = (({"termseqno": "x"}, "a number is none, or too large"), ({"amount": "4294967296"}, "a number is none, or too large"),
                  ({"cardtype": "cpu"}, "chip is not defined"), ({"tac": ""}, "tac is not 8 hex digits"),
                  ({"grayflag": "2"}, "mark is not defined for this kind"), ({"amount": "0"}, "amount is 0"),
                  ({"lockflag": "1"}, "lock flag is not defined, or a lock with an amount or a gray flag"),
                  ({"cardno": "1"}, "card number is not valid"), ({"termtime": "246000"}, "date or time does not exist"),
                  ({"paycnt": "0"}, "card counter is 0"), ({"termseqno": "0"}, "device sequence is 0"),
                  ({"prepaycnt": "1"}, "previous transaction is not of its form"), ({"samno": ""}, "a field is not of its form"),
                  ({"more": "x"}, "the row has another number of columns than the heading"))
        self.bus.sell("ann", 200, "07:10")
        for written, _ in faults:
            self.bus.sell("ben", 100, "07:11", written=written)
        name = self.town.deliver(self.bus.dump())
        self.close(expect=ATTENTION)
        self.assertEqual(self.stage.rows("SELECT record_no, verdict, state, detail FROM api.exception "
                                         "WHERE verdict = 'malformed' ORDER BY record_no"),
                         [(str(n), "malformed", "open", words) for n, (_, words) in enumerate(faults, 2)])
        self.assertEqual(self.ack_text(name), ack_of(("logs/bus.csv", 15, 1, 0, 0, 14, 200 + 1100, 200, "")))

    def test_malformed_lines_of_a_bathhouse_are_rejected_with_their_reason(self):
        faults = (({"amount": "0000010 "}, "a number is none, or too large"), ({"kind": "FE"}, "kind is not defined"),
                  ({"gray": "10"}, "mark is not defined for this kind"), ({"tac": "0000000G"}, "tac is not 8 hex digits"),
                  ({"reserved": "FFFFF0"}, "a field is not of its form"), ({"at": "20260230120000"}, "date or time does not exist"),
                  ({"merchant": A + "10001"}, "merchant is not the terminal's on that day"))
        self.bath.sell("ann", 200, "07:10")
        for written, _ in faults:
            self.bath.sell("ben", 100, "07:11", written=written)
        name = self.town.deliver(self.bath.dump())
        self.close(expect=ATTENTION)
        self.assertEqual(self.stage.rows("SELECT record_no, detail FROM api.exception WHERE verdict = 'malformed' "
                                         "ORDER BY record_no"), [(str(n), words) for n, (_, words) in enumerate(faults, 2)])
        self.assertEqual(self.ack_text(name), ack_of(("logs/bath.txt", 8, 1, 0, 0, 7, 800, 200, "")))

    def test_the_card_on_file_decides_which_key_a_tac_needs(self):
        def made_with(card, **row):
            return t.Town.card(t.CARDS[card][0], **{"chip": "cpu3des", "version": 1, "counter": t.CARDS[card][6],
                                                    "balance": t.CARDS[card][7], **row})
        self.bus.sell("ann", 100, "07:10", written={"cardtype": "m1"})
        self.bus.sell(made_with("ben", chip="cpusm4", version=2), 110, "07:11")
        self.bus.sell(made_with("eve", chip="cpu3des", version=2), 120, "07:12")
        self.bus.sell("cat", 130, "07:13", tac=b"\1\2\3\4")
        self.bath.sell(made_with("fay", version=2), 140, "07:14")
        self.bath.sell("fay", 150, "07:15")
        self.town.deliver(self.bus.dump(), self.bath.dump())
        self.close(expect=ATTENTION)
        self.assertEqual(self.stage.rows("SELECT verdict, amount_fen, detail FROM api.exception WHERE verdict NOT LIKE '%gap' "
                                         "ORDER BY 2"), [("tac_bad", str(fen), "the tac differs") for fen in (110, 120, 140)])
        self.assertEqual(self.stage.value("SELECT sum(amount_fen) FROM api.transfer WHERE kind = 'purchase' "
                                          "AND credit_account LIKE '2004:%'"), str(100 + 130 + 150))

    def test_a_card_not_on_file_passes_under_any_key_that_is_loaded(self):
        self.bus.sell(t.Town.card(77, version=2), 100, "07:10")
        self.bus.sell(t.Town.card(78, chip="cpusm4", version=1), 110, "07:11", written={"cardtype": "cpu3des"})
        self.bus.sell(t.Town.card(79, chip="m1", version=0), 120, "07:12")
        self.bath.sell(t.Town.card(80, chip="cpusm4", version=2), 130, "07:13")
        self.bath.sell(t.Town.card(81, version=3), 140, "07:14")
        self.bath.sell(t.Town.card(82, chip="m1", version=0), 150, "07:15")
        name = self.town.deliver(self.bus.dump(), self.bath.dump())
        self.close(expect=ATTENTION)
        self.assertEqual(self.archive(name), [("posted", "")], "no record names a key, so none is missing")
        self.assertEqual(self.stage.rows("SELECT verdict, amount_fen, detail FROM api.exception ORDER BY 2"),
                         [("unknown_card", "100", "card is not on file"), ("tac_bad", "110", "the tac differs"),
                          ("tac_bad", "120", "a tac is due and there is none"), ("unknown_card", "130", "card is not on file"),
                          ("tac_bad", "140", "the tac differs"), ("tac_bad", "150", "a tac is due and there is none")])

    def test_more_than_the_balance_is_bad_arithmetic(self):
        self.bus.sell("ann", 100, "07:10", before=99)
        self.bath.sell("ben", 100, "07:11", before=99)
        self.town.deliver(self.bus.dump(), self.bath.dump())
        self.close(expect=ATTENTION)
        self.assertEqual(self.verdicts("verdict NOT LIKE '%gap'"), ["bad_arithmetic"] * 2)
        self.assertEqual(self.transfers(), [])


class Carried(FormatsCase):
    def test_a_carried_transaction_takes_its_counter_out_of_the_gap_until_it_comes(self):
        lost = self.bus.sell("ann", 100, "07:10")
        also_lost = self.bus.sell("ann", 100, "07:20")
        self.bus.records = []
        self.bus.next_seq = 1
        self.bus.sell("ann", 150, "07:30", previous=also_lost)
        self.town.deliver(self.bus.dump())
        self.close()
        self.assertEqual(self.exceptions("verdict = 'counter_gap'"), [("counter_gap", "open", "offline:11-11 counters not accepted")])
        self.bus.records = [dict(lost, seq=2), dict(also_lost, seq=3)]
        self.town.deliver(self.bus.dump(), made_at="20260302220000")
        self.close()
        self.assertEqual(self.exceptions("verdict = 'counter_gap' AND state = 'open'"), [])
        self.assertEqual(self.balances(1), [("19650", "19650", "13")])

    def test_a_gray_that_is_carried_is_posted(self):
        gray = self.bus.sell("ann", 100, "07:10", gray=True, tac=bytes(4))
        self.bus.sell("ann", 150, "07:30", previous=gray)
        self.bath.sell("ben", 100, "20:10", gray=True)
        name = self.town.deliver(self.bus.dump(), self.bath.dump())
        self.close(expect=DONE)
        self.assertEqual(self.ack_text(name), ack_of(("logs/bus.csv", 2, 1, 0, 1, 0, 250, 150, ""),
                                                     ("logs/bath.txt", 1, 0, 0, 1, 0, 100, 0, "")))
        self.assertEqual([row[:2] for row in self.exceptions("verdict = 'gray'")], [("gray", "closed"), ("gray", "open")])
        self.assertEqual(self.balances(1, 2), [("19750", "19750", "12"), ("15000", "15000", "0")])


class CarriedByHeld(FormatsCase, Operators):
    """What a record carries counts once two people have posted it, whatever it was held for (P-16)."""

    def setUp(self):
        super().setUp()
        self.let_operators_in(self.stage)

    def post_held(self, verdict):
        held = self.stage.value(f"SELECT exception_id FROM api.exception WHERE verdict = '{verdict}'")
        made = self.adjust("propose", held, "post", "--reason", "merchant_proof", by=self.ALICE)
        self.adjust("approve", made["proposal"]["proposal_id"], by=self.BOB)

    def next_run(self):
        """Something comes, so that a run asks what waits."""
        self.bath.sell("ben", 100, "20:10")
        self.town.deliver(self.bath.dump(), made_at="20260302220000")
        self.close()

    def states(self, verdict):
        return [row[1] for row in self.exceptions(f"verdict = '{verdict}'")]

    def test_it_decides_a_gray(self):
        gray = self.bus.sell("ann", 100, "07:10", gray=True, tac=bytes(4))
        self.bus.sell("ann", 150, "07:30", previous=gray, before=5000, tac=b"\1\2\3\4")
        self.town.deliver(self.bus.dump())
        self.close()
        self.assertEqual((self.states("gray"), self.states("tac_bad")), (["open"], ["open"]))
        self.post_held("tac_bad")
        self.next_run()
        self.assertEqual(self.states("gray"), ["closed"])
        self.assertEqual(self.transfers(f"kind = 'purchase' AND card_no = '{t.card_no(1)}'"),
                         [(f"2001:{t.card_no(1)}", f"2004:{A}10001", fen) for fen in ("150", "100")])
        self.stage.run("audit")

    def test_it_covers_a_gap(self):
        lost = self.bus.sell("ann", 100, "07:10")
        self.bus.records = []
        self.bus.next_seq = 1
        self.bus.sell("ann", 150, "07:30", previous=lost, tac=b"\1\2\3\4")
        self.bus.sell("ann", 150, "07:40")
        self.town.deliver(self.bus.dump())
        self.close()
        self.assertEqual([row[1:] for row in self.exceptions("verdict = 'counter_gap'")],
                         [("open", "offline:11-12 counters not accepted")])
        self.post_held("tac_bad")
        self.assertEqual(self.states("counter_gap"), ["closed"])
        self.stage.run("audit")

    def test_where_it_is_void_it_says_nothing(self):
        gray = self.bus.sell("ann", 100, "07:10", gray=True, tac=bytes(4))
        self.bus.sell("ann", 150, "07:30", previous=gray, before=5000, tac=b"\1\2\3\4")
        self.town.deliver(self.bus.dump())
        self.close()
        held = self.stage.value("SELECT exception_id FROM api.exception WHERE verdict = 'tac_bad'")
        self.adjust("propose", held, "void", "--reason", "clone", by=self.ALICE)
        self.adjust("approve", 1, by=self.BOB)
        self.next_run()
        self.assertEqual(self.states("gray"), ["open"])


class RefusedLogs(FormatsCase):
    """A file that disagrees with itself or the manifest is refused; the rest of its package goes on."""

    def bus_log(self, change=lambda data: data, **lies):
        self.bus.sell("ann", 100, "07:10")
        log = self.bus.dump(**lies)
        log.data = change(log.data)
        return log

    def bath_log(self, change=lambda data: data, **lies):
        self.bath.sell("ben", 100, "20:10")
        log = self.bath.dump(**lies)
        log.data = change(log.data)
        return log

    def test_a_log_that_disagrees_is_refused_and_the_rest_goes_on(self):
        bus, bath = 'file "logs/bus.csv"', 'file "logs/bath.txt"'
        bad = [
            (self.bus_log(records="2"), f'{bus}: record count "1" where the manifest has "2"'),
            (self.bus_log(records="0"), f'{bus}: more records than the "0" that the manifest has'),
            (self.bus_log(amount_fen="99"), f'{bus}: sum of amounts "100" where the manifest has "99"'),
            (self.bus_log(first_seq="0"), f'{bus}: first sequence "5" where the manifest has "0"'.replace('"5"', '"4"')),
            (self.bus_log(last_seq="99"), f'{bus}: last sequence "5" where the manifest has "99"'),
            (self.bus_log(device_no="30000101"), f'{bus}, line 2, column "termno": "30000104" where the manifest has "30000101"'),
            (self.bus_log(lambda data: data.replace(b"termno", b"term", 1)), f'{bus}, line 1, column "term": unknown column'),
            (self.bus_log(lambda data: b""), f"{bus}, line 1: no heading"),
            (self.bus_log(lambda data: data + b"\0"), f"{bus}, byte #: a zero byte is no text"),
            (self.bus_log(lambda data: data + b'"'), f"{bus}, line 3: a quoted field is not closed"),
            (self.bath_log(records="2"), f'{bath}: record count "1" where the manifest has "2"'),
            (self.bath_log(amount_fen="101"), f'{bath}: sum of amounts "100" where the manifest has "101"'),
            (self.bath_log(device_no="30000101"), f'{bath}, line 2, column "device_no": "30000105" where the manifest has "30000101"'),
            (self.bath_log(heading=f"XF01{2:08d}00000158{'F' * 24}"),
             f'{bath}, line 1, column "record count": "2" where the file has "1"'),
            (self.bath_log(heading=f"XF01{1:08d}00000157{'F' * 24}"),
             f'{bath}, line 1, column "record length": "00000157" is not "00000158"'),
            (self.bath_log(lambda data: data[:-2] + b"\n"), f'{bath}, line 2: "157" characters where a record has "158"'),
            (self.bath_log(lambda data: data[:-3] + b"\r\n\n"), f'{bath}, line 2: "156" characters where a record has "158"')]
        names = {}
        for n, (log, words) in enumerate(bad):
            self.town.sell("noodles", "cat", 200, "12:00")
            names[self.town.deliver(log, self.town.log("noodles"))] = (log, words)
        self.close(expect=ATTENTION)
        for name, (log, words) in names.items():
            with self.subTest(words):
                self.assertEqual(self.archive(name), [("posted", "")])
                (_, _, detail), = self.exceptions(f"archive = '{name}'")
                self.assertRegex(detail, "^" + re.escape(words).replace(r"\#", r"\d+") + "$")
                rows = self.stage.ack_rows(name)
                row = rows.pop(log.name)
                self.assertEqual((row["records"], row["rejected"], row["posted"], row["amount_fen"], row["posted_fen"], row["reason"]),
                                 (log.row["records"], log.row["records"], "0", log.row["amount_fen"], "0", detail))
                rows.pop("TOTAL")
                (other,) = rows.values()
                self.assertEqual((other["posted"], other["posted_fen"]), ("1", "200"))
