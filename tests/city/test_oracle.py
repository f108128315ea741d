"""Facts about the oracle's arithmetic, periods and ranges, worked out by hand from RULES.md."""
import collections
import dataclasses
import datetime
import pathlib
import sys
import types
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import cards  # noqa: E402
import judge  # noqa: E402
import prover  # noqa: E402
import settle  # noqa: E402
import truth  # noqa: E402
from record import Carried, Record  # noqa: E402
from reference import Reference  # noqa: E402

DAY = datetime.date(2026, 3, 2)


def record(counter, clock, before, after, kind=6):
    at = datetime.datetime.combine(DAY, datetime.time.fromisoformat(clock))
    return Record(None, "", 0, b"", "1", b"psam", 0, kind=kind, counter=counter, before=before, after=after,
                  amount=abs(after - before), at=at)


class Fees(unittest.TestCase):
    def fee(self, turnover, bps, least=0, most=0):
        return settle.fee_of({"fee_bps": str(bps), "fee_min_fen": str(least), "fee_max_fen": str(most)}, turnover)

    def test_rounds_half_up(self):
        self.assertEqual([self.fee(n, 100) for n in (49, 50, 149, 150)], [0, 1, 1, 2])

    def test_keeps_minimum_and_maximum(self):
        self.assertEqual([self.fee(100, 60, 10, 500), self.fee(10**7, 60, 10, 500)], [10, 500])

    def test_takes_nothing_without_turnover(self):
        self.assertEqual([self.fee(0, 60, 10), self.fee(-5, 60, 10)], [0, 0])


class Ranges(unittest.TestCase):
    def test_missing_ranges_are_maximal(self):
        self.assertEqual(cards.ranges_missing({3, 4, 8}, 1, 10), [(1, 2), (5, 7), (9, 10)])
        self.assertEqual(cards.ranges_missing({1, 2}, 1, 2), [])
        self.assertEqual(cards.ranges_missing({1, 5}, 3, 5), [(3, 4)])

    def test_counters_of_an_unknown_card_start_at_its_lowest(self):
        known, unknown = (cards.CardState(row) for row in
                          ({"counter": "2", "online_counter": "8", "balance_fen": "0"}, None))
        for state in (known, unknown):
            state.counters = {"offline": {5: None, 7: None}, "online": {9: None, 11: None}}
        self.assertEqual(list(known.missing()), [("offline", 3, 4), ("offline", 6, 6), ("online", 10, 10)])
        self.assertEqual(list(unknown.missing()), [("offline", 6, 6), ("online", 10, 10)])

    def test_carried_counters_are_not_missing_and_do_not_raise_the_highest(self):
        state = cards.CardState({"counter": "2", "balance_fen": "0"})
        state.counters["offline"] = {5: None}
        state.carried = [Carried(kind, counter, 1, b"", None) for kind, counter in ((6, 4), (6, 9), (2, 3))]
        self.assertEqual(list(state.missing()), [("offline", 3, 3)])


class Chains(unittest.TestCase):
    def broken(self, *records):
        state = cards.CardState({"counter": "4", "online_counter": "2", "balance_fen": "1000"})
        for rec in records:
            state.add(rec)
        return [rec.counter for rec in state.broken_links()]

    def test_a_link_holds_or_breaks(self):
        self.assertEqual(self.broken(record(5, "10:00", 1000, 900), record(6, "11:00", 900, 800)), [])
        self.assertEqual(self.broken(record(5, "10:00", 999, 900), record(6, "11:00", 901, 800)), [5, 6])

    def test_a_gap_breaks_silently(self):
        self.assertEqual(self.broken(record(5, "10:00", 1000, 900), record(7, "11:00", 10, 0)), [])

    def test_a_record_in_between_takes_the_link_away(self):
        self.assertEqual(self.broken(record(5, "10:00", 1000, 900), record(6, "12:00", 1, 0),
                                     record(7, "11:00", 0, 0)), [])

    def test_a_link_reaches_over_the_other_family(self):
        self.assertEqual(self.broken(record(5, "10:00", 1000, 900), record(3, "11:00", 900, 1900, kind=2),
                                     record(6, "12:00", 1900, 1800)), [])
        self.assertEqual(self.broken(record(3, "09:00", 1001, 1900, kind=2), record(5, "10:00", 1900, 1800)), [3])
        self.assertEqual(self.broken(record(5, "10:00", 1000, 900), record(4, "11:00", 7, 8, kind=2),
                                     record(6, "12:00", 900, 800)), [6])

    def test_a_reversal_has_the_counter_of_its_purchase(self):
        self.assertEqual(self.broken(record(5, "10:00", 1000, 900), record(5, "10:01", 900, 1000, kind=0xFE),
                                     record(6, "11:00", 1000, 800)), [])
        self.assertEqual(self.broken(record(5, "10:00", 1000, 900), record(5, "10:01", 901, 1000, kind=0xFE)), [5])


class Grays(unittest.TestCase):
    def answer(self, *records, carried=None):
        state = cards.CardState({"counter": "4", "balance_fen": "1000"})
        for rec in records:
            rec.carried = carried
            state.add(rec)
        return judge.answer_of(state, record(6, "12:00", 900, 800))

    def test_the_next_transaction_decides_both_ways_and_neither(self):
        for before, answer in ((800, "posted"), (900, "void"), (850, None)):
            self.assertEqual(self.answer(record(7, "13:00", before, 0)), answer)
            self.assertEqual(self.answer(record(9, "13:00", before, 0, kind=2)), answer)

    def test_silence_and_what_was_before_decide_nothing(self):
        self.assertIsNone(self.answer())
        self.assertIsNone(self.answer(record(5, "11:00", 900, 800)))

    def test_its_counter_on_another_record_makes_it_void_first(self):
        self.assertEqual(self.answer(record(6, "11:00", 1000, 900), record(7, "13:00", 800, 700)), "void")
        self.assertEqual(self.answer(record(6, "13:00", 800, 700, kind=2)), "posted")

    def test_a_carried_previous_transaction_decides_before_the_balance(self):
        gray = record(6, "12:00", 900, 800)
        right = Carried(6, 6, gray.amount, gray.psam, gray.at)
        self.assertEqual(self.answer(record(7, "13:00", 900, 0), carried=right), "posted")
        for lie in ({"kind": 2}, {"counter": 5}, {"amount": 1}, {"psam": b"x"}, {"at": DAY}):
            wrong = dataclasses.replace(right, **lie)
            self.assertEqual(self.answer(record(7, "13:00", 900, 0), carried=wrong), "void")


class Reports(unittest.TestCase):
    def test_lost_stays_lost_until_found(self):
        ref = Reference()
        for kind, at in (("lost", "2026-03-02 09:00:00"), ("found", "2026-03-02 11:00:00")):
            ref.add("loss", {"card_no": "1", "kind": kind, "effective_at": at})
        card = {"card_no": "1", "status": "normal"}
        clocks = ("08:59:59", "09:00:00", "10:59:59", "11:00:00")
        lost = [ref.loss_report(card, datetime.datetime.combine(DAY, datetime.time.fromisoformat(c))) is not None
                for c in clocks]
        self.assertEqual(lost, [False, True, True, False])

    def first_version(self, *rows, day=3, status="normal", open_day=5):
        """Rows are (kind, day, clock, day on which it was known); days count from DAY."""
        ref = Reference()
        card = {"card_no": "1", "status": status}
        ref.add("card", card, DAY)
        for kind, days, clock, known in rows:
            at = datetime.datetime.combine(DAY + datetime.timedelta(days), datetime.time.fromisoformat(clock))
            ref.add("loss", {"card_no": "1", "kind": kind, "effective_at": str(at)}, DAY + datetime.timedelta(known))
        at = datetime.datetime.combine(DAY + datetime.timedelta(day), datetime.time(12))
        first = ref.first_version(card, at, DAY + datetime.timedelta(open_day))
        return first and (first - DAY).days

    def test_the_first_version_is_that_of_the_day_on_which_the_report_counts(self):
        self.assertEqual(self.first_version(("lost", 1, "09:00", 1)), 1)
        self.assertEqual(self.first_version(("lost", 1, "09:00", 2)), 2)
        self.assertEqual(self.first_version(("lost", -9, "09:00", 0)), 0)
        self.assertIsNone(self.first_version(("lost", 1, "09:00", 9)))
        self.assertIsNone(self.first_version(("bad", 1, "09:00", 1)))
        self.assertEqual(self.first_version(status="lost"), 0)

    def test_the_last_report_counts_and_a_day_that_ends_found_names_nobody(self):
        found = ("found", 1, "12:00", 1)
        self.assertIsNone(self.first_version(("lost", 1, "09:00", 1), found, day=2))
        self.assertIsNone(self.first_version(("lost", 3, "09:00", 3), ("found", 3, "18:00", 3), day=3))
        self.assertEqual(self.first_version(("lost", 0, "09:00", 0), found, ("lost", 2, "09:00", 3)), 3)
        self.assertEqual(self.first_version(("bad", 0, "09:00", 0), ("lost", 2, "09:00", 2)), 2)
        self.assertEqual(self.first_version(("lost", 3, "09:00", 3), ("found", 3, "18:00", 4), day=3), 3)

    def test_classes_are_ranges_and_single_ones(self):
        allowed = [Reference.class_allowed("1-40;77", number) for number in ("1", "40", "41", "77", "78")]
        self.assertEqual(allowed, [True, True, False, True, False])


class Statements(unittest.TestCase):
    def test_periods_end_with_day_sunday_and_month(self):
        sunday = datetime.date(2026, 3, 1)
        self.assertEqual(truth.period_ending("day", DAY), ("2026-03-02", DAY))
        self.assertEqual(truth.period_ending("week", sunday), ("2026-W09", datetime.date(2026, 2, 23)))
        self.assertIsNone(truth.period_ending("week", DAY))
        self.assertEqual(truth.period_ending("month", datetime.date(2024, 2, 29)),
                         ("2024-02", datetime.date(2024, 2, 1)))
        self.assertIsNone(truth.period_ending("month", sunday))
        self.assertEqual(truth.period_ending("week", datetime.date(2027, 1, 3))[0], "2026-W53")

    def test_meals_begin_on_the_hour(self):
        clocks = ("09:59:59", "10:00:00", "13:59:59", "14:00:00", "19:59:59", "20:00:00", "00:00:00")
        meals = [truth.meal_of(record(1, clock, 0, 0).at) for clock in clocks]
        self.assertEqual(meals, ["breakfast", "lunch", "lunch", "supper", "supper", "night", "breakfast"])

    def test_bytes_of_a_statement(self):
        figures = types.SimpleNamespace(cells=collections.defaultdict(collections.Counter))
        figures.cells[DAY, "m", "lunch"].update(purchases=2, purchase_fen=300, late_fen=100, net_fen=300)
        figures.cells[DAY, "m", "breakfast"].update(held_fen=50)
        figures.cells[DAY, "m", "all"].update(fee_fen=3, net_fen=-3)
        data, _ = truth.statement_csv(figures, "m", DAY, DAY + datetime.timedelta(days=1))
        self.assertEqual(data.decode(), "date,meal,purchases,purchase_fen,reversals,reversal_fen,late_fen,held_fen,"
                         "fee_fen,net_fen\r\n2026-03-02,breakfast,0,0,0,0,0,50,0,0\r\n"
                         "2026-03-02,lunch,2,300,0,0,100,0,0,300\r\n"
                         "2026-03-02,all,0,0,0,0,0,0,3,-3\r\nTOTAL,,2,300,0,0,100,50,3,297\r\n")


class Names(unittest.TestCase):
    def test_a_package_name_has_one_form_and_its_own_folder(self):
        good = "2137000001-01-20260302213000-000001.tar.gz"
        self.assertTrue(prover.takes_name("2137000001", good))
        for folder, name in (("2137000002", good), ("2137000001", f".{good}"), ("2137000001", f"{good}.part"),
                             ("2137000001", good.replace("tar.gz", "rar")),
                             ("2137000001", good.replace("-01-", "-1-"))):
            self.assertFalse(prover.takes_name(folder, name))

    def test_the_first_reason_of_the_list_counts(self):
        opened = prover.Opened({}, {"bad_digest", "missing_file", "bad_signature"})
        self.assertEqual(opened.reason, "bad_signature")


if __name__ == "__main__":
    unittest.main()
