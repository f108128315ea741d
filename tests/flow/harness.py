"""Base of the flow tests: the real program against a real PostgreSQL and a real SFTP server.

A Stage is one installation: a database, a settings file, intake, outbox and the collectors' tree. A test class prepares
one stage once; each test gets a copy of it (database from a template, folders copied), so that no test sees another.
"""
import atexit
import contextlib
import csv
import hashlib
import io
import itertools
import os
import pathlib
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = pathlib.Path(os.environ.get("DAYBOOK_BIN", ROOT / "build" / "daybook"))
sys.path.insert(0, str(ROOT / "tests" / "city"))

DONE, BUG, USAGE, ATTENTION, DATABASE, NETWORK, DISK, LOCKED = 0, 1, 2, 3, 4, 5, 6, 75
KILLED = -signal.SIGKILL
JOB_TIMEOUT_S = 300
NULL = "\\N"
FIRST_FILE_TIME = 1772458200  # 2026-03-02 21:30:00 +08:00
_numbers = itertools.count(1)


# ---- servers

def servers():
    """The addresses of the test site (SITE_…), which is started if tests/run has not done so."""
    if "SITE_CONNINFO" not in os.environ:
        name = os.environ.setdefault("DAYBOOK_TEST_SITE", "test")
        script = str(ROOT / "tests/site/site.sh")
        subprocess.run([script, "up", name], check=True, env=dict(os.environ, SITE_FAST="1"))
        atexit.register(subprocess.run, [script, "down", name])
        for line in (ROOT / "var" / name / "site.env").read_text().splitlines():
            key, _, value = line.partition("=")
            os.environ[key] = "".join(shlex.split(value))
    return os.environ


def psql(database, *arguments, **options):
    """Runs psql on a database of the site; SQL errors raise."""
    env = servers()
    words = [f"{env['SITE_PGBIN']}/psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-h", env["SITE_PGHOST"],
             "-U", env["SITE_PGUSER"], "-d", database, *arguments]
    done = subprocess.run(words, capture_output=True, text=True, **options)
    if done.returncode != 0:
        raise AssertionError(f"psql: {done.stderr.strip()}")
    return done.stdout


def conninfo(database):
    env = servers()
    return f"host={env['SITE_PGHOST']} user={env['SITE_PGUSER']} dbname={database}"


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class SftpServer:
    """A second sshd with the site's user key, for tests that spoil it. Stopped at the end of the with block."""

    def __init__(self, folder, host_key=None, authorized_keys=None):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        env = servers()
        site_sshd = pathlib.Path(env["SITE_SFTP_KEY"]).parent
        self.port = free_port()
        self.config = self.folder / "sshd_config"
        self.log = self.folder / "sshd.log"
        self.process = None
        changed = {"Port": self.port, "PidFile": f'"{self.folder}/sshd.pid"',
                   "HostKey": f'"{host_key or site_sshd / "host_key"}"',
                   "AuthorizedKeysFile": f'"{authorized_keys or site_sshd / "authorized_keys"}"'}
        lines = (site_sshd / "sshd_config").read_text().splitlines()
        kept = [line for line in lines if line.split()[0] not in changed]
        self.config.write_text("\n".join(kept + [f"{key} {value}" for key, value in changed.items()]) + "\n")
        self.known_hosts = self.folder / "known_hosts"
        pin_host_key(self.known_hosts, self.port, site_sshd / "host_key.pub")

    def __enter__(self):
        program = shutil.which("sshd") or "/usr/sbin/sshd"
        self.process = subprocess.Popen([program, "-D", "-f", self.config, "-E", self.log], start_new_session=True)
        for _ in range(100):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                return self
            time.sleep(0.05)
        raise AssertionError(f"sshd did not start: {self.log.read_text()}")

    def session_pids(self):
        """The processes that serve connections: all descendants of the listener."""
        children = {}
        for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                fields = stat.read_text().rpartition(")")[2].split()
                children.setdefault(int(fields[1]), []).append(int(stat.parent.name))
        found, waiting = [], [self.process.pid]
        while waiting:
            for pid in children.get(waiting.pop(), []):
                found.append(pid)
                waiting.append(pid)
        return found

    def kill(self):
        """The machine of the server loses its power: listener and sessions at once."""
        pids = self.session_pids()
        self.process.kill()
        self.process.wait()
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.kill()


def pin_host_key(path, port, public_key):
    kind, key = pathlib.Path(public_key).read_text().split()[:2]
    pathlib.Path(path).write_text(f"[127.0.0.1]:{port} {kind} {key}\n")


class CuttingProxy:
    """A line to the site's SFTP server that breaks after so many bytes from the server, as often as told."""

    def __init__(self, folder, cut_after_bytes, cuts=1):
        self.cut_after_bytes, self.cuts_left = cut_after_bytes, cuts
        self.carried_bytes = 0
        self.connections = 0
        self.lock = threading.Lock()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        pathlib.Path(folder).mkdir(parents=True, exist_ok=True)
        self.known_hosts = pathlib.Path(folder) / "known_hosts.proxy"
        pin_host_key(self.known_hosts, self.port, servers()["SITE_SFTP_KEY"].replace("user_key", "host_key.pub"))

    def __enter__(self):
        threading.Thread(target=self.accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.listener.close()

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                self.connections += 1
                server = socket.create_connection(("127.0.0.1", int(servers()["SITE_SFTP_PORT"])))
                threading.Thread(target=self.carry, args=(client, server, False), daemon=True).start()
                threading.Thread(target=self.carry, args=(server, client, True), daemon=True).start()

    def carry(self, source, target, from_server):
        sent = 0
        with contextlib.suppress(OSError):
            while piece := source.recv(16384):
                target.sendall(piece)
                if from_server:
                    sent += len(piece)
                    with self.lock:
                        self.carried_bytes += len(piece)
                        cut = sent >= self.cut_after_bytes and self.cuts_left > 0
                        self.cuts_left -= cut
                    if cut:
                        break
        shut(source)
        shut(target)


COMMIT_MESSAGE = re.compile(rb"Q\x00\x00\x00.COMMIT;?\x00")


class DatabaseProxy:
    """A socket folder that leads to the site's PostgreSQL until it is told to misbehave.

    cut(): all connections end and new ones are refused. lose_commit(n): the n-th COMMIT reaches the server and is carried
    out there, but its answer is lost with the connection; connections after that are served again.
    """

    def __init__(self, database):
        self.folder = tempfile.mkdtemp(prefix="daybook-proxy-", dir="/tmp")
        self.conninfo = f"host={self.folder} user={servers()['SITE_PGUSER']} dbname={database}"
        self.listener = None
        self.commits_left = 0
        self.ends = []

    def __enter__(self):
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(f"{self.folder}/.s.PGSQL.5432")
        self.listener.listen()
        threading.Thread(target=self.accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.cut()
        shutil.rmtree(self.folder)

    def lose_commit(self, n=1):
        self.commits_left = n

    def cut(self):
        self.listener.close()
        with contextlib.suppress(FileNotFoundError):
            os.unlink(f"{self.folder}/.s.PGSQL.5432")
        for end in self.ends:
            shut(end)

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                server = socket.socket(socket.AF_UNIX)
                server.connect(f"{servers()['SITE_PGHOST']}/.s.PGSQL.5432")
                self.ends += [client, server]
                muted = threading.Event()
                threading.Thread(target=self.carry_up, args=(client, server, muted), daemon=True).start()
                threading.Thread(target=self.carry_down, args=(server, client, muted), daemon=True).start()

    def carry_up(self, client, server, muted):
        with contextlib.suppress(OSError):
            while piece := client.recv(65536):
                if COMMIT_MESSAGE.search(piece):
                    self.commits_left -= 1
                    if self.commits_left == 0:
                        muted.set()
                server.sendall(piece)
        shut(server)

    @staticmethod
    def carry_down(server, client, muted):
        with contextlib.suppress(OSError):
            while piece := server.recv(65536):
                if muted.is_set():
                    break
                client.sendall(piece)
        shut(client)


def shut(end):
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)


# ---- what a stage holds, in a form that can be compared

# Columns that tell when or by which process something was done, not what was done.
WALL_CLOCK = re.compile(r"^(started_at|ended_at|received_at|committed_at|applied_at|sent_at|opened_at|closed_at|"
                        r"sealed_at)$")
# Surrogate numbers leave holes where a run was killed, and parallel downloads register in any order: they, and the
# digests that cover them, are compared only by whether they are there.
SURROGATE = re.compile(r"^(\w*run_id|\w*record_id|\w+_run|\w*archive_id|\w*exception_id|\w*transfer_id|\w*entry_id|outbox_id|"
                       r"import_id|reverses|digest|previous_digest)$")


class Snapshot:
    """All tables and files of a stage; equal snapshots hold the same facts."""

    def __init__(self, tables, files):
        self.tables, self.files = tables, files

    def differences(self, other):
        """Sentences about what differs, at most a few of each kind; empty when nothing does."""
        found = []
        for name in sorted(self.tables.keys() | other.tables.keys()):
            mine, theirs = self.tables.get(name, []), other.tables.get(name, [])
            if mine != theirs:
                found.append(f"table {name}: {len(mine)} rows, then {len(theirs)}")
                found.extend(f"  - {row}" for row in only_in(mine, theirs)[:5])
                found.extend(f"  + {row}" for row in only_in(theirs, mine)[:5])
        for path in sorted(self.files.keys() | other.files.keys()):
            mine, theirs = self.files.get(path), other.files.get(path)
            if mine != theirs:
                found.append(f"file {path}: {mine or 'absent'}, then {theirs or 'absent'}")
        return found


def only_in(rows, others):
    left = list(others)
    found = []
    for row in rows:
        if row in left:
            left.remove(row)
        else:
            found.append(row)
    return found


def table_columns(database):
    """{schema.table: [column, …]} of all tables of ours; a partitioned table once, its partitions not."""
    text = psql(database, "-F", "\t", "-c", """
        SELECT format('%I.%I', n.nspname, c.relname), a.attname
        FROM pg_catalog.pg_class c
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
          AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
        ORDER BY 1, a.attnum""")
    tables = {}
    for line in text.splitlines():
        table, column = line.split("\t")
        tables.setdefault(table, []).append(column)
    return tables


def read_tables(database, without=(), keep_surrogates=False):
    """{table: sorted rows}, a row as COPY writes it, without wall-clock columns."""
    tables = {name: columns for name, columns in table_columns(database).items() if name not in without}
    script = io.StringIO()
    for name, columns in tables.items():
        listed = ", ".join(f'"{c}" IS NOT NULL' if SURROGATE.match(c) and not keep_surrogates else f'"{c}"'
                           for c in columns if not WALL_CLOCK.match(c))
        script.write(f"\\echo == {name}\nCOPY (SELECT {listed or 1} FROM {name}) TO STDOUT;\n")
    found, current = {}, None
    for line in psql(database, "-f", "-", input=script.getvalue()).splitlines():
        if line.startswith("== "):
            current = found.setdefault(line[3:], [])
        else:
            current.append(line)
    return {name: sorted(rows) for name, rows in found.items()}


def read_files(folder, parts=("intake", "outbox", "sftp"), times=False, masked=()):
    """{path: digest} of the files below the parts of a stage's folder, with their times if asked for. Texts that are
    masked count as equal in pages."""
    found = {}
    for part in parts:
        for path in sorted((folder / part).rglob("*")):
            if path.is_file():
                data = path.read_bytes()
                for text in masked if path.suffix == ".html" else ():
                    data = data.replace(text.encode(), b"-")
                mark = hashlib.sha256(data).hexdigest()[:16]
                found[str(path.relative_to(folder))] = f"{mark} {path.stat().st_mtime_ns}" if times else mark
    return found


# ---- stages

class Stage:
    """One installation of Daybook and the helpers that tests need to play on it."""

    def __init__(self, template=None, folder=None):
        self.name = f"stage_{os.getpid()}_{next(_numbers)}"
        base = pathlib.Path(servers()["SITE_DIR"]) / "stages"
        self.folder = pathlib.Path(folder) if folder else base / self.name
        self.settings = {}
        if template:
            self.copy_from(template)
        else:
            for part in ("intake", "outbox", "sftp", "keys"):
                (self.folder / part).mkdir(parents=True)
            psql("postgres", "-c", f'CREATE DATABASE "{self.name}"')
            self.default_settings()
        self.write_settings()

    def copy_from(self, template):
        shutil.copytree(template.folder, self.folder, symlinks=True, dirs_exist_ok=True)
        psql("postgres", "-c", f'CREATE DATABASE "{self.name}" TEMPLATE "{template.name}"')
        self.settings = {section: dict(keys) for section, keys in template.settings.items()}
        self.settings["database"]["conninfo"] = conninfo(self.name)
        for keys in self.settings.values():
            for key, value in keys.items():
                if str(value).startswith(f"{template.folder}/"):
                    keys[key] = f"{self.folder}{str(value)[len(str(template.folder)):]}"

    def default_settings(self):
        env = servers()
        keys = self.folder / "keys"
        self.settings = {
            "site": {"name": "flow", "timezone": "Asia/Shanghai", "language": "zh_CN",
                     "outbox": self.folder / "outbox", "intake": self.folder / "intake"},
            "database": {"conninfo": conninfo(self.name)},
            "keys": {"master": keys / "master-keys.p7m", "certificate": keys / "host.crt",
                     "private_key": keys / "host.key", "collectors_ca": keys / "ca.crt"},
            "source city": {"kind": "collectors", "host": env["SITE_SFTP_HOST"], "port": env["SITE_SFTP_PORT"],
                            "user": env["SITE_SFTP_USER"], "key_file": env["SITE_SFTP_KEY"],
                            "known_hosts": env["SITE_SFTP_KNOWN_HOSTS"], "path": self.folder / "sftp",
                            "parallel": 4, "signature": "required"}}

    def write_settings(self):
        """Writes the settings file from self.settings; call it after a change there."""
        text = "".join(f"[{section}]\n" + "".join(f"{key} = {value}\n" for key, value in keys.items()) + "\n"
                       for section, keys in self.settings.items())
        self.config.write_text(text)
        self.config.chmod(0o600)

    @property
    def config(self):
        return self.folder / "daybook.conf"

    @property
    def sftp(self):
        return self.folder / "sftp"

    def drop(self):
        psql("postgres", "-c", f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')
        shutil.rmtree(self.folder, ignore_errors=True)

    # -- running jobs

    def start(self, *words, env=None, **options):
        """Starts a job and returns its process, for tests that disturb it."""
        command = [PROGRAM, "--config", self.config, *map(str, words)]
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                env={**os.environ, **(env or {})}, **options)

    def run(self, *words, expect=DONE, env=None, **options):
        """Runs a job to its end. Another exit status than expected (a number or several) fails the test."""
        process = self.start(*words, env=env, **options)
        try:
            out, err = process.communicate(timeout=JOB_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
            raise AssertionError(f"{shlex.join(map(str, words))} did not end in {JOB_TIMEOUT_S} s\n{out}{err}") from None
        expected = expect if isinstance(expect, (tuple, set, list)) else (expect,)
        if process.returncode not in expected:
            raise AssertionError(f"daybook {shlex.join(map(str, words))} ended with {process.returncode}, "
                                 f"expected {expect}\n{out}{err}")
        if "db_warning" in err:
            raise AssertionError(f"daybook {shlex.join(map(str, words))} made the database warn\n{err}")
        return subprocess.CompletedProcess(words, process.returncode, out, err)

    # -- the database

    def rows(self, sql):
        """The rows of a query as tuples of texts, None for null."""
        text = psql(self.name, "-c", f"COPY ({sql}) TO STDOUT (FORMAT csv, NULL '{NULL}')")
        return [tuple(None if v == NULL else v for v in row) for row in csv.reader(io.StringIO(text))]

    def value(self, sql):
        """The one value of a query."""
        (row,) = self.rows(sql)
        return row[0]

    def execute(self, sql):
        psql(self.name, "-c", sql)

    # -- files

    def put_package(self, name, data, school=None):
        """Lays a package into its school's folder of the collectors' tree, as a collector does: whole at once, and each
        with a time of its own."""
        folder = self.sftp / (school or name[:10])
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / name
        partial = folder / f".{name}"
        partial.write_bytes(data)
        os.utime(partial, (FIRST_FILE_TIME + next(_numbers),) * 2)
        partial.rename(path)
        return path

    def put_tree(self, source):
        """Copies a day's packages (school folders) into the collectors' tree."""
        shutil.copytree(source, self.sftp, dirs_exist_ok=True)

    def acks(self):
        """{school/ack/name: text} of the acks that lie on the server."""
        return {str(p.relative_to(self.sftp)): p.read_text() for p in sorted(self.sftp.glob("*/ack/*"))}

    def ack_rows(self, package_name):
        """The rows of the one ack of a package, as dicts by file."""
        (path,) = self.sftp.glob(f"*/ack/{package_name}.????????.ack.csv")
        return {row["file"]: row for row in csv.DictReader(io.StringIO(path.read_text()))}

    # -- comparing

    def snapshot(self, times=False, without=()):
        """The facts of this stage. With times: also surrogate numbers and the times of files, for "nothing changed"."""
        masked = () if times else self.seal_digests()
        return Snapshot(read_tables(self.name, without, keep_surrogates=times),
                        read_files(self.folder, times=times, masked=masked))

    def seal_digests(self):
        """A day's digest covers the numbers of its transfers, and these the number of their run; a killed run's number is
        not given again. So the digests of two stages differ though all else is equal."""
        if self.value("SELECT to_regclass('ledger.seal') IS NULL") == "t":
            return []
        digests = [digest for digest, in self.rows("SELECT encode(digest, 'hex') FROM ledger.seal ORDER BY sealed_date")]
        pages = [hashlib.sha256(page.read_bytes()).hexdigest() for page in (self.folder / "outbox").rglob("*.html")]
        # Index pages name both in short: a digest by its first 8 digits, and so each page that shows a digest.
        return digests + [digest[:8].upper() for digest in digests + pages]


class FlowCase(unittest.TestCase):
    """A class prepares a stage once; self.stage is each test's own copy."""

    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.prepared = Stage()
        cls.addClassCleanup(cls.prepared.drop)
        cls.prepare(cls.prepared)

    @classmethod
    def prepare(cls, stage):
        """What all tests of the class begin with; default: an installed schema."""
        stage.run("init")

    def setUp(self):
        self.stage = self.copy_of(self.prepared)

    def copy_of(self, stage):
        copied = Stage(template=stage)
        self.addCleanup(copied.drop)
        return copied

    def assert_same(self, before, after, what="something changed"):
        found = before.differences(after)
        if found:
            self.fail("\n".join([what, *found[:40]]))

    def assert_nothing_changes(self, *words, expect=DONE):
        """Runs a job again: no table but the log of runs, and no file, may change."""
        before = self.stage.snapshot(times=True, without=RUN_LOG)
        self.stage.run(*words, expect=expect)
        after = self.stage.snapshot(times=True, without=RUN_LOG)
        self.assert_same(before, after, f"a second daybook {shlex.join(map(str, words))} changed something")


# The log of runs grows with each run, whatever the run finds to do.
RUN_LOG = ("ops.job_run",)


# ---- kill -9 at every point

def trace_points(path):
    """{point: passes} from a fault trace."""
    passed = {}
    for name in path.read_text().split() if path.exists() else []:
        passed[name] = passed.get(name, 0) + 1
    return passed


def sampled_passes(count):
    """The first, a middle and the last pass of a point."""
    return sorted({1, (count + 1) // 2, count})


class KillCase(FlowCase):
    """Kills a job at its fault points, runs it again and compares with a run that was never disturbed."""

    def kill_everywhere(self, *words, expect=DONE, sample=sampled_passes):
        """For each point that the job passes, at its first, middle and last pass, or at those that sample picks."""
        calm = self.copy_of(self.stage)
        trace = calm.folder / "fault.trace"
        calm.run(*words, expect=expect, env={"DAYBOOK_FAULT_TRACE": str(trace)})
        points = trace_points(trace)
        self.assertTrue(points, "the job passes no fault point")
        wanted = calm.snapshot(without=RUN_LOG)
        for point, count in sorted(points.items()):
            for n in sample(count):
                with self.subTest(point=point, n=n):
                    ended = self.kill_once(wanted, words, point, n, expect)
                    publish_fault(words[0], point, count, n, ended)

    def kill_once(self, wanted, words, point, n, expect):
        stage = Stage(template=self.stage)
        try:
            # Parallel work may pass a point fewer times in another order; then the run simply ends well.
            killed = stage.run(*words, expect=(KILLED, DONE, ATTENTION), env={"DAYBOOK_FAULT": f"{point}:{n}"})
            if n == 1:
                self.assertEqual(killed.returncode, KILLED, "the fault did not end the process")
            run_when_unlocked(stage, *words, expect=expect)
            self.assert_same(wanted, stage.snapshot(without=RUN_LOG), f"after kill -9 at {point}:{n} and a second run")
            return "killed" if killed.returncode == KILLED else "not reached"
        finally:
            stage.drop()


def publish_fault(job, point, passes, n, ended):
    """Adds a line to build/faults.tsv: only cases whose second run ended in the same tables and files get here."""
    table = ROOT / "build" / "faults.tsv"
    if not table.exists():
        table.write_text("job\tpoint\tpasses\tkilled_at\tended\tafterwards\n")
    with table.open("a") as out:
        out.write(f"{job}\t{point}\t{passes}\t{n}\t{ended}\tas undisturbed\n")


def run_when_unlocked(stage, *words, expect=DONE):
    """Runs a job after a kill: the server may need a moment to notice that the lock's holder is gone."""
    expected = expect if isinstance(expect, (tuple, set, list)) else (expect,)
    for _ in range(50):
        done = stage.run(*words, expect=(*expected, ATTENTION, LOCKED))
        if done.returncode != LOCKED:
            return done
        time.sleep(0.1)
    raise AssertionError("the lock of the killed run is still held after 5 s")
