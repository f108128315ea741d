"""Two cities of the seeds runner (make test-city): every view, ack and statement of every night is the truth."""
import unittest

import harness  # noqa: F401  puts the city's folder on the path
import run_seeds


class Seeds(unittest.TestCase):
    def agree(self, seed):
        differences = run_seeds.Play(seed).run().differences
        self.assertEqual(differences[:20], [], f"make test-city SEED={seed}")

    def test_a_first_city_agrees_with_its_truth(self):
        self.agree(20260302)

    def test_a_second_city_agrees_with_its_truth(self):
        self.agree(20270101)
