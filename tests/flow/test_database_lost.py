"""The database goes away: before the job, in the middle of its run, and with the answer to its COMMIT."""
import subprocess
import time

from harness import ATTENTION, DATABASE, DONE, LOCKED, RUN_LOG, DatabaseProxy, psql, servers
from town import DAY, TownCase

STATUS = (DONE, ATTENTION)


class DatabaseLost(TownCase):
    def setUp(self):
        super().setUp()
        self.town.sell("canteen", "ann", 100, "12:00")
        self.town.sell("canteen", "ben", 200, "12:01")
        self.town.spoil("canteen", 42, bytes(4))
        self.town.deliver(self.town.log("canteen"))
        self.stage.run("collect", "--date", DAY)

    def through(self, conninfo):
        self.stage.settings["database"]["conninfo"] = conninfo
        self.stage.write_settings()

    def undisturbed(self, *words):
        calm = self.copy_of(self.stage)
        calm.run(*words, expect=STATUS)
        return calm.snapshot(without=RUN_LOG)

    def hold_table(self, table):
        """A session of ours that keeps the job waiting for a table; returns how to let go."""
        keeper = subprocess.Popen([self.psql_program(), "-XqAt", self.stage.settings["database"]["conninfo"]],
                                  stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        keeper.stdin.write(f"BEGIN; LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE; SELECT 'held';\n")
        keeper.stdin.flush()
        self.assertEqual(keeper.stdout.readline().strip(), "held")

        def let_go():
            keeper.stdin.close()
            keeper.wait()
            keeper.stdout.close()

        return let_go

    @staticmethod
    def psql_program():
        return f"{servers()['SITE_PGBIN']}/psql"

    def waiting_pid(self):
        """The backend of the job that waits for our lock."""
        for _ in range(400):
            found = psql("postgres", "-c", f"SELECT pid FROM pg_stat_activity WHERE datname = '{self.stage.name}' "
                                           "AND wait_event_type = 'Lock' AND application_name LIKE 'daybook%'").split()
            if found:
                return found[0]
            time.sleep(0.05)
        raise AssertionError("the job never waited for the lock")

    def test_a_server_that_is_not_there(self):
        self.through("host=/nowhere dbname=daybook")
        done = self.stage.run("post", "--date", DAY, expect=DATABASE)
        self.assertIn("/nowhere", done.stderr)

    def test_a_database_that_is_not_there(self):
        self.through(self.stage.settings["database"]["conninfo"].replace(self.stage.name, "no_such_database"))
        done = self.stage.run("post", "--date", DAY, expect=DATABASE)
        self.assertIn("no_such_database", done.stderr)

    def test_a_backend_that_is_terminated_in_the_middle_of_post(self):
        wanted = self.undisturbed("post", "--date", DAY)
        before = self.stage.snapshot(without=RUN_LOG)
        let_go = self.hold_table("ledger.exception")
        job = self.stage.start("post", "--date", DAY)
        psql("postgres", "-c", f"SELECT pg_terminate_backend({self.waiting_pid()})")
        _, err = job.communicate(timeout=60)
        let_go()
        self.assertEqual(job.returncode, DATABASE, err)
        self.assert_same(before, self.stage.snapshot(without=RUN_LOG), "a run that was broken off left something")
        self.stage.run("post", "--date", DAY, expect=STATUS)
        self.assert_same(wanted, self.stage.snapshot(without=RUN_LOG))

    def test_a_connection_that_breaks_in_the_middle_of_post(self):
        wanted = self.undisturbed("post", "--date", DAY)
        direct = self.stage.settings["database"]["conninfo"]
        let_go = self.hold_table("ledger.exception")
        with DatabaseProxy(self.stage.name) as proxy:
            self.through(proxy.conninfo)
            job = self.stage.start("post", "--date", DAY)
            self.waiting_pid()
            proxy.cut()
            _, err = job.communicate(timeout=60)
        let_go()
        self.assertEqual(job.returncode, DATABASE, err)
        self.through(direct)
        for _ in range(100):
            if self.stage.run("post", "--date", DAY, expect=(*STATUS, LOCKED)).returncode != LOCKED:
                break
            time.sleep(0.1)
        self.assert_same(wanted, self.stage.snapshot(without=RUN_LOG))

    def test_a_commit_whose_answer_was_lost_is_looked_up_and_not_done_twice(self):
        wanted = self.undisturbed("post", "--date", DAY)
        direct = self.stage.settings["database"]["conninfo"]
        with DatabaseProxy(self.stage.name) as proxy:
            self.through(proxy.conninfo)
            proxy.lose_commit(1)
            self.stage.run("post", "--date", DAY, expect=(*STATUS, DATABASE))
            self.assertLessEqual(proxy.commits_left, 0, "no COMMIT passed the proxy")
        self.through(direct)
        self.assertEqual(self.stage.value("SELECT count(*) FROM api.transfer WHERE kind = 'purchase'"), "1")
        self.stage.run("post", "--date", DAY, expect=STATUS)
        self.assert_same(wanted, self.stage.snapshot(without=RUN_LOG))

    def test_two_runs_at_once_are_one(self):
        let_go = self.hold_table("ledger.exception")
        job = self.stage.start("post", "--date", DAY)
        self.waiting_pid()
        second = self.stage.run("post", "--date", DAY, expect=LOCKED)
        self.assertIn("another run", second.stderr)
        let_go()
        _, err = job.communicate(timeout=60)
        self.assertIn(job.returncode, STATUS, err)
        self.assertEqual(self.stage.value("SELECT count(*) FROM api.transfer WHERE kind = 'purchase'"), "1")
