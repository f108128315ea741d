"""Where the benches work: a site of its own (var/bench) with a durable PostgreSQL and an sshd, databases and settings."""
import contextlib
import os
import pathlib
import re
import shlex
import subprocess
import sys
import time

from measure import BenchError, checked

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / "build"
PROGRAM = BUILD / "daybook"
NIGHT = "2026-03-02"
sys.path.insert(0, str(ROOT / "tests" / "city"))


class Place:
    """The site while it runs. Its servers are shared by what is measured and by the floors."""

    def __init__(self):
        checked([ROOT / "tests/site/site.sh", "up", "bench"])
        self.folder = ROOT / "var" / "bench"
        self.env = {}
        for line in (self.folder / "site.env").read_text().splitlines():
            key, _, value = line.partition("=")
            self.env[key] = "".join(shlex.split(value))

    def close(self):
        subprocess.run([ROOT / "tests/site/site.sh", "down", "bench"], check=False)

    # ---- databases

    def conninfo(self, database):
        return f"host={self.env['SITE_PGHOST']} user={self.env['SITE_PGUSER']} dbname={database}"

    def sql(self, database, *statements):
        """Runs statements one by one; the output of the last, unaligned."""
        command = [f"{self.env['SITE_PGBIN']}/psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-d", self.conninfo(database)]
        out = ""
        for statement in statements:
            out = checked([*command, "-c", statement])
        return out.strip()

    def fresh_database(self, name, template="template0"):
        """A new database, all of it on disk, so that nobody's leftovers are written while somebody is timed."""
        self.sql("postgres", f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", f"CREATE DATABASE {name} TEMPLATE {template}")
        self.settle_down()

    def settle_down(self):
        self.sql("postgres", "CHECKPOINT")
        checked(["sync"])

    def drop_database(self, name):
        with contextlib.suppress(BenchError):
            self.sql("postgres", f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def server_cpu_s(self):
        """CPU seconds of all sessions of the server that have ended (its own, and those of their parallel workers). One
        that knows many tables takes a while to end after its client has."""
        pid = (pathlib.Path(self.env["SITE_PGDATA"]) / "postmaster.pid").read_text().split()[0]
        while self.sessions(pid):
            time.sleep(0.01)
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return sum(int(ticks) for ticks in fields[13:15]) / os.sysconf("SC_CLK_TCK")

    @staticmethod
    def sessions(pid):
        """Processes of the server that serve somebody, or have ended and are not counted yet: those have no name."""
        found = []
        for child in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            with contextlib.suppress(OSError):
                title = pathlib.Path(f"/proc/{child}/cmdline").read_bytes()
                if not title or b"[local]" in title:
                    found.append(child)
        return found

    @contextlib.contextmanager
    def without_autovacuum(self):
        """Nobody tidies up while something is timed."""
        try:
            self.sql("postgres", "ALTER SYSTEM SET autovacuum = off", "SELECT pg_reload_conf()")
            yield
        finally:
            with contextlib.suppress(BenchError):
                self.sql("postgres", "ALTER SYSTEM RESET autovacuum", "SELECT pg_reload_conf()")

    # ---- settings and jobs

    def write_settings(self, path, database, folder, **source):
        """The site's settings with another database, intake, outbox, keys and SFTP folder, all under folder."""
        text = (self.folder / "daybook.conf").read_text()
        changed = {"conninfo": self.conninfo(database), "intake": folder / "intake", "outbox": folder / "outbox",
                   "path": folder / "sftp", "master": folder / "pki/master-keys.p7m",
                   "certificate": folder / "pki/host.crt", "private_key": folder / "pki/host.key",
                   "collectors_ca": folder / "pki/ca.crt", **source}
        for key, value in changed.items():
            text, count = re.subn(rf"(?m)^{key} = .*$", f"{key} = {value}", text)
            if count != 1:
                raise BenchError(f"the site's settings have {count} lines for \"{key}\"")
        path.write_text(text)

    def ssh_options(self):
        return ["-i", self.env["SITE_SFTP_KEY"], "-o", "IdentitiesOnly=yes", "-o", "StrictHostKeyChecking=yes",
                "-o", f"UserKnownHostsFile={self.env['SITE_SFTP_KNOWN_HOSTS']}", "-o", "BatchMode=yes"]


def daybook(settings, *words, verbose=False):
    return [PROGRAM, "--config", settings, *words, *(["-v"] if verbose else [])]
