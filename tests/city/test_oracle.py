"""Facts about the oracle's arithmetic, periods and ranges, worked out by hand from RULES.md."""
import collections
import datetime
import pathlib
import sys
import types
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import oracle  # noqa: E402
import prover  # noqa: E402
import truth  # noqa: E402
from reference import Reference  # noqa: E402

DAY = datetime.date(2026, 3, 2)


def record(counter, clock, before, after):
    return types.SimpleNamespace(counter=counter, before=before, after=after,
                                 at=datetime.datetime.combine(DAY, datetime.time.fromisoformat(clock)))


class Fees(unittest.TestCase):
    def fee(self, turnover, bps, least=0, most=0):
        return oracle.fee_of({"fee_bps": str(bps), "fee_min_fen": str(least), "fee_max_fen": str(most)}, turnover)

    def test_rounds_half_up(self):
        self.assertEqual([self.fee(n, 100) for n in (49, 50, 149, 150)], [0, 1, 1, 2])

    def test_keeps_minimum_and_maximum(self):
        self.assertEqual([self.fee(100, 60, 10, 500), self.fee(10**7, 60, 10, 500)], [10, 500])

    def test_takes_nothing_without_turnover(self):
        self.assertEqual([self.fee(0, 60, 10), self.fee(-5, 60, 10)], [0, 0])


class Ranges(unittest.TestCase):
    def test_missing_ranges_are_maximal(self):
        self.assertEqual(oracle.ranges_missing({3, 4, 8}, 1, 10), [(1, 2), (5, 7), (9, 10)])
        self.assertEqual(oracle.ranges_missing({1, 2}, 1, 2), [])
        self.assertEqual(oracle.ranges_missing({1, 5}, 3, 5), [(3, 4)])

    def test_counters_of_an_unknown_card_start_at_its_lowest(self):
        known, unknown = (oracle.CardState(row) for row in ({"counter": "2", "balance_fen": "0"}, None))
        for state in (known, unknown):
            state.counters = {5: None, 7: None}
        self.assertEqual((known.missing(), unknown.missing()), ([(3, 4), (6, 6)], [(6, 6)]))


class Chains(unittest.TestCase):
    def broken(self, *records):
        state = oracle.CardState({"counter": "4", "balance_fen": "1000"})
        state.chain = list(records)
        return [rec.counter for rec in state.broken_links()]

    def test_a_link_holds_or_breaks(self):
        self.assertEqual(self.broken(record(5, "10:00", 1000, 900), record(6, "11:00", 900, 800)), [])
        self.assertEqual(self.broken(record(5, "10:00", 999, 900), record(6, "11:00", 901, 800)), [5, 6])

    def test_a_gap_breaks_silently(self):
        self.assertEqual(self.broken(record(5, "10:00", 1000, 900), record(7, "11:00", 10, 0)), [])

    def test_a_record_in_between_takes_the_link_away(self):
        self.assertEqual(self.broken(record(5, "10:00", 1000, 900), record(6, "12:00", 1, 0),
                                     record(7, "11:00", 0, 0)), [])


class Reports(unittest.TestCase):
    def test_lost_stays_lost_until_found(self):
        ref = Reference()
        for kind, at in (("lost", "2026-03-02 09:00:00"), ("found", "2026-03-02 11:00:00")):
            ref.add("loss", {"card_no": "1", "kind": kind, "effective_at": at})
        card = {"card_no": "1", "status": "normal"}
        clocks = ("08:59:59", "09:00:00", "10:59:59", "11:00:00")
        lost = [ref.is_lost(card, datetime.datetime.combine(DAY, datetime.time.fromisoformat(c))) for c in clocks]
        self.assertEqual(lost, [False, True, True, False])

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
