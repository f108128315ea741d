"""Facts about whole cities: the seed decides, every fault is there, and compare.py sees what differs."""
import csv
import pathlib
import subprocess
import sys
import tempfile
import unittest
from unittest import mock

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE))
import compare  # noqa: E402
import prover  # noqa: E402

LAST = "2026-03-04"
VERDICTS = {
    "malformed", "conflict", "tac_bad", "bad_arithmetic", "counter_conflict", "unknown_terminal", "unknown_card",
    "card_not_valid", "blacklisted", "bad_time", "over_limit", "class_refused", "balance_break", "negative_balance",
    "sequence_gap", "counter_gap", "file_refused", "gray", "unmatched_reversal", "merchant_pays", "device_total"}
KINDS = {
    "opening", "purchase", "reversal", "load", "subsidy_grant", "subsidy_draw", "subsidy_lapse", "cash_topup",
    "cash_refund", "card_fee", "cash_to_bank", "merchant_fee", "card_closed", "card_replaced"}


def play(folder, *words):
    subprocess.run([sys.executable, HERE / "city.py", "--seed", "5", "--schools", "3", "--cards", "60", "--out", folder,
                    *words], check=True, stdout=subprocess.DEVNULL)
    return pathlib.Path(folder)


def rows(path):
    with open(path, newline="", encoding="utf-8") as source:
        return list(csv.DictReader(source))


class City(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.work = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.work.cleanup)
        cls.faulty = play(f"{cls.work.name}/faulty", "--faults", "--people")
        cls.truth = cls.faulty / "truth" / LAST

    def test_the_seed_decides_everything_but_the_keys_of_the_pki(self):
        again = play(f"{self.work.name}/again", "--faults", "--people")
        for name in ("transfer", "exception", "card_balance", "merchant_day", "statement", "terminal_day"):
            self.assertEqual((self.truth / f"{name}.csv").read_bytes(),
                             (again / "truth" / LAST / f"{name}.csv").read_bytes(), name)
        for path in (self.faulty / "reference").iterdir():
            self.assertEqual(path.read_bytes(), (again / "reference" / path.name).read_bytes(), path.name)

    def test_every_verdict_and_every_reason_is_played(self):
        found = {row["verdict"] for row in rows(self.truth / "exception.csv")}
        self.assertEqual(found, VERDICTS)
        self.assertEqual({row["kind"] for row in rows(self.truth / "transfer.csv")}, KINDS)
        reasons = {row["reason"] for row in rows(self.truth / "archive.csv")} - {""}
        self.assertEqual(reasons, set(prover.REASONS))

    def test_books_balance_and_counts_close(self):
        debit = sum(int(row["debit_fen"]) for row in rows(self.truth / "trial_balance.csv"))
        credit = sum(int(row["credit_fen"]) for row in rows(self.truth / "trial_balance.csv"))
        moved = sum(int(row["amount_fen"]) for row in rows(self.truth / "transfer.csv"))
        self.assertEqual((debit, credit), (moved, moved))
        for row in rows(self.truth / "terminal_day.csv") + rows(self.truth / "archive.csv"):
            parts = sum(int(row[key]) for key in ("posted", "duplicate", "held", "rejected"))
            self.assertEqual(int(row.get("collected", row.get("records"))), parts)

    def test_compare_sees_a_wrong_fen_and_a_missing_ack(self):
        views = {view: compare.truth_rows(self.truth, view) for view in compare.VIEWS}
        acks = pathlib.Path(self.work.name) / "sftp"
        for path in (self.truth / "acks").glob("*/*"):
            (acks / path.parent.name / "ack").mkdir(parents=True, exist_ok=True)
            (acks / path.parent.name / "ack" / path.name).write_bytes(path.read_bytes())
        with mock.patch.object(compare, "read_views", lambda _: views):
            self.assertEqual(compare.differences(self.truth, "", acks), [])
            views["transfer"][0][4] = str(int(views["transfer"][0][4]) + 1)
            next(acks.glob("*/ack/*")).unlink()
            lines = compare.differences(self.truth, "", acks)
        self.assertEqual([line.split(":")[0] for line in lines], ["transfer"] * 3 + ["ack"])

    def test_compare_leaves_open_what_formats_leave_open(self):
        columns = compare.VIEWS["exception"].split(",")

        def plain(**fields):
            return compare.plain_exception([fields.get(column, "") for column in columns])
        self.assertEqual(plain(verdict="malformed", card_no="1"), plain(verdict="malformed", card_no="2"))
        self.assertNotEqual(plain(verdict="tac_bad", card_no="1"), plain(verdict="tac_bad", card_no="2"))
        self.assertEqual(plain(verdict="sequence_gap", detail="0:3-4, 1 day old"),
                         plain(verdict="sequence_gap", detail="0:3-4"))
        self.assertNotEqual(plain(verdict="sequence_gap", detail="0:3-4"),
                            plain(verdict="sequence_gap", detail="0:3-5"))

    def test_compare_leaves_the_words_of_a_refused_file_open_but_not_that_there_are_some(self):
        folder = pathlib.Path(self.work.name)

        def lines(text):
            (folder / "ack").write_bytes(text)
            return compare.ack_lines(folder / "ack")
        mine = lines(b"logs/a,3,0,0,0,3,603,0,file_refused\r\n")
        self.assertEqual(mine, lines(b'logs/a,3,0,0,0,3,603,0,"header at 28: sum, wrong"\r\n'))
        self.assertNotEqual(mine, lines(b"logs/a,3,0,0,0,3,603,0,\r\n"))
        self.assertNotEqual(mine, lines(b"logs/a,3,0,0,0,3,604,0,file_refused\r\n"))
        self.assertNotEqual(lines(b"TOTAL,0,0,0,0,0,0,0,limit\r\n"), lines(b"TOTAL,0,0,0,0,0,0,0,unreadable\r\n"))


if __name__ == "__main__":
    unittest.main()
