"""A full disk: the exit status, the message and the state afterwards, on a small tmpfs of our own."""
import contextlib
import hashlib
import os
import subprocess

from harness import ATTENTION, DISK, DONE, NETWORK
from town import A, B, DAY, TownCase


@contextlib.contextmanager
def small_disk(path, size_kib):
    """A tmpfs mounted over a folder; yields a function that makes it larger."""
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size_kib}k,mode=0750", "tmpfs", path],
                             capture_output=True, text=True)
    if mounted.returncode != 0:
        raise PermissionError(mounted.stderr.strip())

    def grow(larger_kib):
        subprocess.run(["mount", "-o", f"remount,size={larger_kib}k", path], check=True)

    try:
        yield grow
    finally:
        subprocess.run(["umount", path], check=True)


class DiskFull(TownCase):
    def setUp(self):
        if os.geteuid() != 0:
            self.skipTest("mounting a small disk needs root")
        super().setUp()

    def disk(self, part, size_kib):
        stack = contextlib.ExitStack()
        try:
            grow = stack.enter_context(small_disk(self.stage.folder / part, size_kib))
        except PermissionError as refused:
            self.skipTest(f"this machine does not let root mount: {refused}")
        # Before the stage is dropped: a folder with something mounted on it cannot go.
        self.addCleanup(stack.close)
        return grow

    def test_collect_onto_a_full_disk(self):
        name = self.town.name()
        path = self.stage.put_package(name, os.urandom(4 << 20))
        self.town.deliver(self.town.log("canteen", []))
        grow = self.disk("intake", 2048)
        done = self.stage.run("collect", "--date", DAY, expect=DISK)
        self.assertIn(os.strerror(28), done.stderr)
        self.assertIn(str(self.stage.folder / "intake"), done.stderr)
        self.assertNotIn((name,), self.stage.rows("SELECT name FROM api.archive"))
        grow(65536)
        self.stage.run("collect", "--date", DAY)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        self.assertEqual(self.stage.rows(f"SELECT sha256 FROM api.archive WHERE name = '{name}'"), [(digest,)])
        self.assertEqual(self.stage.value("SELECT count(*) FROM api.archive"), "2")
        self.assertEqual((self.stage.folder / "intake" / digest[:2] / digest).read_bytes(), path.read_bytes())

    def test_report_onto_a_full_disk(self):
        self.town.sell("canteen", "ann", 100, "12:00")
        self.town.deliver(self.town.log("canteen"))
        for job in ("collect", "post", "blacklist", "settle", "seal"):
            self.stage.run(job, "--date", DAY, expect=(DONE, ATTENTION))
        grow = self.disk("outbox", 4)
        (self.stage.folder / "outbox" / "filler").write_bytes(bytes(4096))
        done = self.stage.run("report", "--date", DAY, expect=DISK)
        self.assertIn(os.strerror(28), done.stderr)
        self.assertEqual([p for p in (self.stage.folder / "outbox").rglob("*.html")], [], "half a page was left")
        grow(65536)
        self.stage.run("report", "--date", DAY, expect=(DONE, ATTENTION))
        self.assertTrue((self.stage.folder / "outbox/finance" / DAY / "morning.html").exists())

    def test_lists_onto_a_full_disk_of_the_server(self):
        # 60,000 cards make a list of 1.6 MB; pos comes first and fits, what comes after it for the folder waits.
        self.stage.execute("""
            INSERT INTO ref.card (card_no, person_no, card_class, chip, key_version, status, issued_on, expires_on, counter,
                                  online_counter, balance_fen, import_id, line_number, known_run)
            SELECT 370102020000000000 + n * 10, 'S1', 1, 'm1', 0, 'lost', '2025-09-01', '2031-08-31', 0, 0, 0, 1, n,
                   (SELECT min(run_id) FROM ledger.run) FROM generate_series(1, 60000) AS n""")
        down = self.stage.sftp / A / "down"
        down.mkdir(parents=True)
        grow = self.disk(f"sftp/{A}/down", 2048)
        done = self.stage.run("blacklist", "--date", DAY, expect=NETWORK)
        self.assertIn("outbox_not_sent", done.stderr)
        self.assertEqual([p.name for p in sorted(down.iterdir()) if not p.name.startswith(".")],
                         ["20260302_20260302_full_pos.txt"])
        self.assertEqual(len(list((self.stage.sftp / B / "down").iterdir())), 3, "the other school has room")
        grow(65536)
        self.stage.run("blacklist", "--date", DAY)
        self.assertEqual(len(list(down.iterdir())), 3)
        self.assertEqual((down / "20260302_20260302_full_bus.txt").stat().st_size, 26 + 27 * 60001 + 10)
