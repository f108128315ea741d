"""The same records in other packages, on other nights and with other copies: the program agrees with the truth of each way,
and the truths have the same purses and merchants' totals (issue 3, point 2).
"""
import unittest

import harness  # noqa: F401  puts the city's folder on the path
import run_seeds


class Ways(unittest.TestCase):
    def test_each_way_of_a_citys_records_leads_to_the_same_purses_and_totals(self):
        self.assertEqual(run_seeds.Ways(20260302).run().differences[:20], [])
