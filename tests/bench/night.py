"""A night of a city, written by make_night, packed and signed as collectors do, and pulled in by `daybook collect`.

The database with reference data and registered packages is the template of each round of what is measured.
"""
import concurrent.futures
import os
import shutil

from measure import BenchError, Timed, checked, timed
from place import BUILD, daybook  # puts the city's folder on the path
import package

MASTER_KEY = bytes.fromhex("0123456789ABCDEFFEDCBA9876543210")
KINDS = ("school", "merchant", "terminal", "person", "card")
MONEY_FORMATS = ("pos", "xf", "csv")
IDENTITY_FORMATS = ("att", "gate")
# A floor's tables, each as the ledger has it, but for what makes it a ledger.
FLOOR_TABLES = {
    "bench_record": "CREATE TABLE bench_record AS SELECT * FROM ledger.record WHERE false",
    "bench_identity": "CREATE TABLE bench_identity AS SELECT * FROM ledger.identity WHERE false",
    "bench_transfer": "CREATE TABLE bench_transfer AS SELECT * FROM ledger.transfer WHERE false"}


def pack(task):
    """One package: signed, packed, put where its school's collector would put it."""
    folder, pki, signer, target = task
    manifest = (folder / "MANIFEST.csv").read_bytes()
    logs = [(log.name, log.read_bytes()) for log in sorted(folder.iterdir()) if log.name != "MANIFEST.csv"]
    entries = [("MANIFEST.csv", manifest), ("MANIFEST.p7s", pki.sign(manifest, signer)), *logs]
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(package.pack(entries, "tar.gz"))


class Night:
    """Sizes are the arguments of make_night; folder and databases are named after the bench."""

    def __init__(self, place, name, sizes):
        self.place, self.name, self.sizes = place, name, {"packages": 1, "faults": 0, **sizes}
        self.packages = sizes["schools"] * self.sizes["packages"]
        self.records = self.packages * sum(sizes.get(kind, 0) for kind in MONEY_FORMATS) * sizes["purchases"]
        self.identities = self.packages * sum(sizes.get(kind, 0) for kind in IDENTITY_FORMATS) * sizes.get("passes", 0)
        self.folder = place.folder / name
        self.settings = self.folder / "daybook.conf"
        self.template, self.round = f"bench_{name}", f"bench_{name}_round"

    # ---- once

    def open(self):
        """Folders, keys, and the settings of the template."""
        shutil.rmtree(self.folder, ignore_errors=True)
        for name in ("work", "intake", "outbox", "sftp"):
            (self.folder / name).mkdir(parents=True)
        self.pki = package.Pki(self.folder / "pki", self.folder / "work")
        self.pki.write_master_keys("master-keys.p7m", {("3des", 1): MASTER_KEY})
        self.place.write_settings(self.settings, self.template, self.folder)
        self.place.fresh_database(self.template)
        checked(daybook(self.settings, "init"))

    def write(self, day=1):
        """The packages of a day, counted from 1, at their schools; the folder with the reference data."""
        night = self.folder / "work" / f"night{day}"
        checked([BUILD / "tests/bench/make_night", night, MASTER_KEY.hex(), f"day={day}",
                 *(f"{name}={value}" for name, value in self.sizes.items())])
        tasks = []
        for folder in sorted((night / "packages").iterdir()):
            school = folder.name.split("-")[0]
            target = self.folder / "sftp" / school / f"{folder.name}.tar.gz"
            tasks.append((folder, self.pki, self.pki.signer(school), target))
        # Most of the time goes to the openssl that signs, a process of its own.
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            list(pool.map(pack, tasks))
        shutil.rmtree(night / "packages")
        return night / "reference"

    def read_reference(self, folder, date):
        for kind in KINDS:
            checked(daybook(self.settings, "import", kind, folder / f"{kind}.csv", "--date", date))

    def collect(self, database, date):
        checked(daybook(self.settings, "collect", "--date", date))
        self.expect(database, "SELECT count(*) FROM ops.archive WHERE state = 'collected'", self.packages)

    def prepare(self, date):
        self.open()
        self.read_reference(self.write(), date)
        self.collect(self.template, date)
        self.place.sql(self.template, "VACUUM ANALYZE")
        shutil.rmtree(self.folder / "work")
        shutil.rmtree(self.folder / "sftp")
        self.silence(self.round)

    def silence(self, database):
        """Answers are sent after the commit and are no part of a figure: without a source they stay queued."""
        self.place.write_settings(self.settings, database, self.folder)
        text = self.settings.read_text()
        self.settings.write_text(text[:text.index("[source ")])

    # ---- each round

    def expect(self, database, query, wanted):
        found = self.place.sql(database, query)
        if found != str(wanted):
            raise BenchError(f"{query} gives {found}, not {wanted}")

    def post(self, date):
        """`daybook post` until nothing waits, as night does it: all of them as one."""
        runs = [timed(daybook(self.settings, "post", "--date", date), expect=(0, 3))]
        while self.place.sql(self.round, "SELECT count(*) FROM ops.archive WHERE state = 'collected'") != "0":
            if len(runs) > 8:
                raise BenchError("post goes on and on")
            runs.append(timed(daybook(self.settings, "post", "--date", date), expect=(0, 3)))
        return Timed(sum(run.seconds for run in runs), sum(run.cpu_s for run in runs), max(run.peak_mib for run in runs),
                     "".join(run.log for run in runs), len(runs))

    def fresh_round(self):
        self.place.fresh_database(self.round, self.template)

    def floor(self, counts):
        """A bare COPY of so many rows into each of FLOOR_TABLES."""
        self.place.fresh_database(self.round, self.template)
        self.place.sql(self.round, *(FLOOR_TABLES[name] for name in counts))
        self.place.settle_down()
        run = timed([BUILD / "tests/bench/copy_bench", self.place.conninfo(self.round),
                     *(word for pair in counts.items() for word in pair)])
        for name, count in counts.items():
            self.expect(self.round, f"SELECT count(*) FROM {name}", count)
        return run

    def close(self):
        for name in (self.round, self.template):
            self.place.drop_database(name)
        if os.environ.get("BENCH_KEEP") != "1":
            shutil.rmtree(self.folder, ignore_errors=True)
