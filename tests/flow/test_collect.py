"""collect: a real OpenSSH server that behaves, changes its key, turns us away, breaks off and fills slowly."""
import hashlib
import os
import pathlib
import socket
import subprocess
import threading
import time

from harness import (ATTENTION, DONE, NETWORK, USAGE, CuttingProxy, SftpServer, free_port, pin_host_key,
                     servers)
import town as t
from town import A, B, DAY, TownCase

SOME_MIB = 24


class CollectCase(TownCase):
    def collect(self, expect=DONE, **options):
        return self.stage.run("collect", "--date", DAY, expect=expect, **options)

    def use(self, **changes):
        self.stage.settings["source city"].update(changes)
        self.stage.write_settings()

    def names(self):
        return [name for name, in self.stage.rows("SELECT name FROM api.archive ORDER BY name")]

    def intake_digests(self):
        """Digests of the whole files in intake, by what they are called and by what they hold."""
        intake = self.stage.folder / "intake"
        files = [p for p in intake.rglob("*") if p.is_file() and len(p.name) == 64]
        return ([p.name for p in files], [hashlib.sha256(p.read_bytes()).hexdigest() for p in files])

    def big_package(self):
        """A name and bytes that take a moment to carry; what is inside does not matter to collect."""
        name = self.town.name()
        self.stage.put_package(name, os.urandom(SOME_MIB << 20))
        return name


class Healthy(CollectCase):
    def test_every_package_is_pulled_once_and_kept_by_its_digest(self):
        wanted = [self.town.deliver(self.town.log("canteen", [])), self.town.deliver(self.town.log("noodles", [])),
                  self.town.deliver(self.town.log("other", []), school=B)]
        self.collect()
        self.assertEqual(self.names(), sorted(wanted))
        called, held = self.intake_digests()
        for name in wanted:
            digest = hashlib.sha256((self.stage.sftp / name[:10] / name).read_bytes()).hexdigest()
            self.assertIn(digest, called)
            self.assertTrue((self.stage.folder / "intake" / digest[:2] / digest).exists())
        self.assertEqual(sorted(d for d in held if d in called), sorted(called))
        self.assertEqual(self.stage.rows("SELECT DISTINCT state FROM api.archive"), [("collected",)])
        self.assert_nothing_changes("collect", "--date", DAY)

    def test_nothing_is_removed_from_the_source(self):
        name = self.town.deliver(self.town.log("canteen", []))
        self.collect()
        self.assertTrue((self.stage.sftp / A / name).exists())

    def test_names_still_being_written_are_left_without_a_word(self):
        self.stage.put_package(f".{self.town.name()}", b"half", school=A)
        self.stage.put_package(f"{self.town.name()}.part", b"half", school=A)
        done = self.collect()
        self.assertEqual(self.names(), [])
        self.assertNotIn(".part", done.stderr)

    def test_other_names_and_other_schools_folders_are_left_and_reported(self):
        self.stage.put_package("notes.txt", b"hello", school=A)
        foreign = self.town.name(school=B)
        self.stage.put_package(foreign, b"x", school=A)
        impossible = self.town.name(made_at="20260230213000")
        self.stage.put_package(impossible, b"x", school=A)
        done = self.collect()
        self.assertEqual(self.names(), [])
        for name, reason in (("notes.txt", "not the name of a package"), (foreign, "in another school's folder"),
                             (impossible, "not the name of a package")):
            self.assertIn(f'name_left source=city path="{A}/{name}" reason="{reason}"\n', done.stderr)

    def test_fifty_packages_need_no_more_connections_than_are_allowed(self):
        for _ in range(50):
            self.town.deliver(self.town.log("canteen", []))
        with CuttingProxy(self.stage.folder, 1 << 40, cuts=0) as proxy:
            self.use(port=proxy.port, known_hosts=proxy.known_hosts, parallel=3)
            self.collect()
            self.assertLessEqual(proxy.connections, 4)
        self.assertEqual(len(self.names()), 50)

    def test_a_file_that_grows_is_taken_when_it_is_whole(self):
        name = self.town.name()
        path = self.stage.put_package(name, os.urandom(1 << 20))
        stop = threading.Event()

        def grow():
            while not stop.wait(0.01):
                with path.open("ab") as out:
                    out.write(os.urandom(64 << 10))

        writer = threading.Thread(target=grow)
        writer.start()
        try:
            self.collect(expect=(DONE, ATTENTION))
        finally:
            stop.set()
            writer.join()
        self.collect(expect=(DONE, ATTENTION))
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        self.assertEqual(self.stage.rows("SELECT name, sha256 FROM api.archive"), [(name, digest)])

    def test_the_date_must_be_given_before_the_first_seal(self):
        done = self.stage.run("collect", expect=USAGE)
        self.assertIn("--date", done.stderr)


class Refusals(CollectCase):
    """The exit status and message of each, and that nothing was registered."""

    def refused(self, status, words):
        """Nothing is registered, and the error is logged once, in these words."""
        self.town.deliver(self.town.log("canteen", []))
        before = self.stage.snapshot(without=("ops.job_run",))
        done = self.collect(expect=status)
        self.assertEqual(len([line for line in done.stderr.splitlines() if " error " in line]), 1, done.stderr)
        self.assertIn(f'job_failed kind={"usage" if status == USAGE else "net"}', done.stderr)
        self.assertIn(words, done.stderr)
        self.assert_same(before, self.stage.snapshot(without=("ops.job_run",)))

    def peer(self, port=None):
        return f'source "city": sftp "127.0.0.1" port {port or servers()["SITE_SFTP_PORT"]}: '

    @staticmethod
    def fingerprint(public_key):
        """As ssh-keygen shows it."""
        done = subprocess.run(["ssh-keygen", "-l", "-f", public_key], capture_output=True, text=True, check=True)
        return done.stdout.split()[1]

    def make_key(self, name):
        path = self.stage.folder / name
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path], check=True)
        return path

    def test_an_unknown_host_key_is_refused(self):
        empty = self.stage.folder / "known_hosts"
        empty.write_text("")
        self.use(known_hosts=empty)
        shown = self.fingerprint(pathlib.Path(servers()["SITE_SFTP_KEY"]).parent / "host_key.pub")
        port = servers()["SITE_SFTP_PORT"]
        self.refused(USAGE, f'{self.peer()}no host key is pinned for this server in "{empty}", it showed {shown}; hint: ask '
                            f"the owner for the fingerprint; if it is this one, add the line of ssh-keyscan -p {port} "
                            "127.0.0.1\n")

    def test_a_changed_host_key_is_refused(self):
        folder = self.stage.folder / "sshd"
        other = self.make_key("other_key")
        with SftpServer(folder, host_key=other) as server:
            self.use(port=server.port, known_hosts=server.known_hosts)
            self.refused(USAGE, f"{self.peer(server.port)}the server shows another host key than the one pinned in "
                                f'"{server.known_hosts}": {self.fingerprint(f"{other}.pub")}; hint: somebody may stand '
                                "between: ask the owner whether the key was changed before pinning the new one\n")
            pin_host_key(server.known_hosts, server.port, f"{other}.pub")
            self.collect()
        self.assertEqual(len(self.names()), 1)

    def test_a_key_that_the_server_refuses(self):
        key = self.make_key("stranger")
        self.use(key_file=key)
        user = servers()["SITE_SFTP_USER"]
        self.refused(USAGE, f'{self.peer()}the server refuses the key "{key}" for user "{user}"; hint: its public half '
                            "belongs into that user's authorized_keys\n")

    def test_a_key_file_that_others_may_read(self):
        key = self.make_key("open_key")
        key.chmod(0o644)
        self.use(key_file=key)
        self.refused(USAGE, f'source "city": "{key}" holds a secret and others may use it: mode 0644; hint: chmod 600 '
                            f'"{key}"\n')

    def test_a_server_that_is_not_there(self):
        port = free_port()
        self.use(port=port)
        self.refused(NETWORK, f"{self.peer(port)}could not connect: Connection refused; hint: check that the server runs "
                              "and that no firewall is between\n")

    def test_a_server_that_says_nothing(self):
        with socket.create_server(("127.0.0.1", 0)) as silent:
            port = silent.getsockname()[1]
            self.use(port=port, timeout_seconds=1)
            began_at = time.monotonic()
            self.refused(NETWORK, f"{self.peer(port)}handshake: the line was lost: Timed out waiting on socket")
            self.assertLess(time.monotonic() - began_at, 20)

    def test_a_path_that_is_not_there(self):
        self.use(path="/nowhere/at/all")
        self.refused(NETWORK, f'{self.peer()}"/nowhere/at/all": listing: not there\n')


class BrokenLines(CollectCase):
    def test_a_cut_download_goes_on_where_it_ended(self):
        name = self.big_package()
        with CuttingProxy(self.stage.folder, (SOME_MIB << 20) * 3 // 4, cuts=1) as proxy:
            self.use(port=proxy.port, known_hosts=proxy.known_hosts, parallel=1)
            first = self.collect(expect=(DONE, NETWORK))
            if first.returncode == NETWORK:
                self.assertEqual(self.names(), [], "half a file was registered")
                self.collect()
            self.assertLess(proxy.carried_bytes, (SOME_MIB << 20) * 3 // 2, "the cut download began anew")
        self.assertEqual(self.names(), [name])
        digest = hashlib.sha256((self.stage.sftp / A / name).read_bytes()).hexdigest()
        self.assertEqual(self.stage.value("SELECT sha256 FROM api.archive"), digest)
        self.assertEqual(self.intake_digests()[1].count(digest), 1)

    def test_a_cut_download_of_a_file_that_changed_begins_anew(self):
        name = self.big_package()
        with CuttingProxy(self.stage.folder, (SOME_MIB << 20) // 8, cuts=100) as proxy:
            self.use(port=proxy.port, known_hosts=proxy.known_hosts, parallel=1)
            self.collect(expect=NETWORK)
        other = os.urandom(SOME_MIB << 20)
        path = self.stage.put_package(name, other)
        self.use(port=servers()["SITE_SFTP_PORT"], known_hosts=servers()["SITE_SFTP_KNOWN_HOSTS"])
        self.collect()
        self.assertEqual(self.stage.value("SELECT sha256 FROM api.archive"),
                         hashlib.sha256(path.read_bytes()).hexdigest())

    def test_a_server_that_dies_in_the_middle_of_a_file(self):
        for _ in range(4):
            self.big_package()
        with SftpServer(self.stage.folder / "sshd") as server:
            self.use(port=server.port, known_hosts=server.known_hosts)
            job = self.stage.start("collect", "--date", DAY)
            intake = self.stage.folder / "intake"
            deadline = time.monotonic() + 20
            while sum(size_of(p) for p in intake.rglob("*")) < 1 << 20 and time.monotonic() < deadline:
                time.sleep(0.002)
            server.kill()
            _, err = job.communicate(timeout=60)
        self.assertEqual(job.returncode, NETWORK, err)
        self.assertIn("127.0.0.1", err)
        self.use(port=servers()["SITE_SFTP_PORT"], known_hosts=servers()["SITE_SFTP_KNOWN_HOSTS"])
        self.collect()
        self.assertEqual(len(self.names()), 4)
        called, held = self.intake_digests()
        self.assertEqual(sorted(called), sorted(held))
        self.assertEqual(len(called), len(set(called)))

    def test_one_line_of_several_that_breaks_loses_nothing(self):
        for _ in range(6):
            self.stage.put_package(self.town.name(), os.urandom(2 << 20))
        with CuttingProxy(self.stage.folder, 3 << 20, cuts=1) as proxy:
            self.use(port=proxy.port, known_hosts=proxy.known_hosts, parallel=3)
            self.collect(expect=(DONE, NETWORK))
            self.collect()
        self.assertEqual(len(self.names()), 6)


def size_of(path: pathlib.Path):
    try:
        return path.stat().st_size if path.is_file() else 0
    except FileNotFoundError:
        return 0


class Acks(CollectCase):
    def test_acks_that_could_not_be_sent_go_with_the_next_collect(self):
        self.town.sell("canteen", "ann", 100, "12:00")
        self.town.deliver(self.town.log("canteen"))
        self.collect()
        self.use(port=1)
        self.stage.run("post", "--date", DAY, expect=NETWORK)
        self.assertEqual(self.stage.acks(), {})
        self.assertEqual(self.stage.value("SELECT state FROM api.archive"), "posted")
        self.use(port=servers()["SITE_SFTP_PORT"])
        self.collect()
        self.assertEqual(len(self.stage.acks()), 1)
        self.assert_nothing_changes("collect", "--date", DAY)

    def test_an_ack_of_that_name_with_other_bytes_is_an_alarm(self):
        name = self.town.deliver(self.town.log("canteen", []))
        digest = hashlib.sha256((self.stage.sftp / A / name).read_bytes()).hexdigest()
        other = self.stage.sftp / A / "ack" / f"{name}.{digest[:8]}.ack.csv"
        other.parent.mkdir()
        other.write_text("something else\n")
        self.collect()
        done = self.stage.run("post", "--date", DAY, expect=ATTENTION)
        self.assertIn(other.name, done.stderr)
        self.assertEqual(other.read_text(), "something else\n")
