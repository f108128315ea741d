"""limits.run_records and run_bytes (RULES 1): where a night is cut into runs, and what may not differ from the night in one run."""
from harness import ATTENTION, DONE
import town as t
from town import DAY, TownCase

VIEWS = {
    "transfers": "SELECT accounting_date, occurred_at, debit_account, credit_account, amount_fen, kind, device_no, "
                 "device_seq FROM api.transfer ORDER BY device_no, device_seq, debit_account",
    "open exceptions": "SELECT verdict, school_code, device_no, device_seq, card_no, counter, accounting_date, archive, file, "
                       "record_no, detail FROM api.exception WHERE state = 'open' "
                       "ORDER BY verdict, device_no, device_seq, card_no, counter",
    "packages": "SELECT name, state, reason, records, posted, duplicate, held, rejected FROM api.archive ORDER BY name",
    "cards": "SELECT * FROM api.card_balance ORDER BY card_no",
    "terminals": "SELECT * FROM api.terminal_day ORDER BY device_no",
    "merchants": "SELECT * FROM api.merchant_day ORDER BY merchant_no, accounting_date",
    "trial balance": "SELECT * FROM api.trial_balance ORDER BY accounting_date, code",
}


class SplitRuns(TownCase):
    def limit(self, stage, run_records=5000000, run_bytes=1 << 30):
        stage.settings["limits"] = {"run_records": run_records, "run_bytes": run_bytes}
        stage.write_settings()

    def post(self, stage):
        stage.run("post", "--date", DAY, expect=(DONE, ATTENTION))
        return stage.value("SELECT count(*) FROM api.archive WHERE state = 'posted'")

    def posted_by_runs(self, stage):
        """How many packages are posted after each run, until a run posts none."""
        counted = [self.post(stage)]
        while len(counted) < 2 or counted[-1] != counted[-2]:
            counted.append(self.post(stage))
        return counted[:-1]

    def deliver_a_night(self):
        """Three packages with a gap, a copy, a late one, a wrong TAC, an unknown card and a card below zero."""
        stranger = self.town.card(77, balance=900)
        self.town.sell("canteen", "ann", 1250, "12:00")
        self.town.sell("canteen", "ben", 800, "12:01", day="2026-03-01")
        held_back = len(self.town.terminals["canteen"].memory)
        self.town.sell("canteen", "ann", 300, "12:02")
        self.town.sell("canteen", stranger, 500, "12:03")
        memory = self.town.terminals["canteen"].dump()
        first = memory[:held_back] + memory[held_back + 1:]
        self.town.deliver(self.town.log("canteen", entries=first), made_at="20260302200000")
        self.town.sell("canteen", "dan", 8000, "12:04")
        self.town.sell("canteen", "eve", 100, "12:05")
        self.town.spoil("canteen", 42, bytes(4))
        self.town.deliver(self.town.log("canteen"), made_at="20260302210000")
        self.town.sell("other", "ann", 700, "13:00")
        self.town.deliver(self.town.log("other"), school=t.B, made_at="20260302213000")
        self.stage.run("collect", "--date", DAY, expect=(DONE, ATTENTION))

    def test_a_night_in_several_runs_ends_as_in_one(self):
        self.deliver_a_night()
        whole = self.copy_of(self.stage)
        self.assertEqual(self.posted_by_runs(whole), ["3"])
        self.limit(self.stage, 1)
        self.assertEqual(self.posted_by_runs(self.stage), ["1", "2", "3"])
        for name, sql in VIEWS.items():
            with self.subTest(name):
                rows = whole.rows(sql)
                self.assertTrue(rows)
                self.assertEqual(self.stage.rows(sql), rows)

    def test_packages_of_one_time_are_never_parted(self):
        for minute, made_at in enumerate(("20260302200000", "20260302200000", "20260302200001")):
            self.town.sell("canteen", "ann", 100, f"12:0{minute}")
            self.town.deliver(self.town.log("canteen"), made_at=made_at)
        self.stage.run("collect", "--date", DAY, expect=(DONE, ATTENTION))
        self.limit(self.stage, 1)
        self.assertEqual(self.posted_by_runs(self.stage), ["2", "3"])

    def test_packages_of_one_time_are_parted_where_memory_has_no_room_for_them(self):
        for minute in range(6):
            self.town.sell("canteen", "ann", 100, f"12:0{minute}")
            self.town.deliver(self.town.log("canteen"), made_at="20260302200000")
        self.stage.run("collect", "--date", DAY, expect=(DONE, ATTENTION))
        whole = self.copy_of(self.stage)
        self.assertEqual(self.posted_by_runs(whole), ["6"])
        self.limit(self.stage, run_bytes=2200)  # a record takes 96 bytes, its package and file 300
        counted = self.posted_by_runs(self.stage)
        self.assertEqual(counted[-1], "6")
        self.assertTrue(1 < len(counted) < 6, counted)
        for name in ("transfers", "cards", "terminals", "merchants", "trial balance"):
            with self.subTest(name):
                self.assertEqual(self.stage.rows(VIEWS[name]), whole.rows(VIEWS[name]))

    def test_where_memory_ends_a_run_is_cut_between_two_times(self):
        sold = 20
        for hour, made_at in enumerate(("20260302200000", "20260302200001", "20260302200001", "20260302200002")):
            for minute in range(sold):
                self.town.sell("canteen", "ann", 100, f"1{hour}:{minute:02}")
            self.town.deliver(self.town.log("canteen", entries=self.town.terminals["canteen"].dump()[-sold:]), made_at=made_at)
        self.stage.run("collect", "--date", DAY, expect=(DONE, ATTENTION))
        self.limit(self.stage, run_bytes=sold * 96 * 3 + 1000)  # two packages and what they have besides records
        self.assertEqual(self.posted_by_runs(self.stage), ["1", "3", "4"])

    def test_a_package_larger_than_a_run_is_taken_alone(self):
        for minute in range(3):
            self.town.sell("canteen", "ann", 100, f"12:0{minute}")
            self.town.deliver(self.town.log("canteen"), made_at=f"2026030220000{minute // 2}")
        self.stage.run("collect", "--date", DAY, expect=(DONE, ATTENTION))
        self.limit(self.stage, run_bytes=1)
        self.assertEqual(self.posted_by_runs(self.stage), ["1", "2", "3"])

    def test_the_limit_takes_as_many_packages_as_it_holds(self):
        for minute in range(4):
            self.town.sell("canteen", "ann", 100, f"12:0{minute}")
            self.town.deliver(self.town.log("canteen", entries=self.town.terminals["canteen"].dump()[-1:]),
                              made_at=f"2026030220000{minute}")
        self.stage.run("collect", "--date", DAY, expect=(DONE, ATTENTION))
        self.limit(self.stage, 2)
        self.assertEqual(self.posted_by_runs(self.stage), ["2", "4"])

    def test_packages_that_wait_or_are_set_aside_keep_no_others_back(self):
        self.town.sell("canteen", self.town.card(1, version=3, counter=10, balance=20000), 100, "12:00")
        waiting = self.town.deliver(self.town.log("canteen"), made_at="20260302200000")
        bad = self.town.deliver_bytes(b"no archive", made_at="20260302200001")
        for minute in range(2):
            self.town.sell("noodles", "ben", 100, f"12:0{minute}")
            self.town.deliver(self.town.log("noodles"), made_at=f"2026030220010{minute}")
        self.stage.run("collect", "--date", DAY, expect=(DONE, ATTENTION))
        self.limit(self.stage, 1)
        self.assertEqual(self.posted_by_runs(self.stage), ["1", "2"])
        self.assertEqual(self.archive(waiting), [("waiting", "key_missing")])
        self.assertEqual(self.archive(bad), [("quarantined", "unreadable")])
        self.assert_nothing_changes("post", "--date", DAY, expect=(DONE, ATTENTION))
