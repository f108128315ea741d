"""post_1m: a night of purchases with 3DES TACs, from registered packages to the commit with indexes, against a bare
binary COPY of as many rows into a table without indexes.

The night is written by make_night, packed and signed here as collectors do, and pulled in by `daybook collect` once.
That database is then the template of each round.
"""
import concurrent.futures
import shutil

import measure
from measure import BenchError, Row, checked, in_turn, median_s, spread, timed
from place import BUILD, NIGHT, daybook  # puts the city's folder on the path
import package

MASTER_KEY = bytes.fromhex("0123456789ABCDEFFEDCBA9876543210")
KINDS = ("school", "merchant", "terminal", "person", "card")
FLOOR_TABLE = """CREATE TABLE bench_floor (record_id bigint NOT NULL, school_code bigint NOT NULL,
    device_no integer NOT NULL, device_seq bigint NOT NULL, card_no bigint NOT NULL, counter integer NOT NULL,
    amount_fen bigint NOT NULL, occurred_at timestamptz NOT NULL, accounting_date date NOT NULL,
    verdict smallint NOT NULL)"""
# schools, packages a school, records a device (two devices a package), cards a school
WHOLE, SHORT = (200, 5, 500, 1500), (20, 5, 250, 300)
RATIO_LIMIT, PEAK_LIMIT_MIB = 8, 512


def pack(task):
    """One package: signed, packed, put where its school's collector would put it."""
    folder, pki, signer, target = task
    manifest = (folder / "MANIFEST.csv").read_bytes()
    logs = [(log.name, log.read_bytes()) for log in sorted(folder.glob("*.bin"))]
    entries = [("MANIFEST.csv", manifest), ("MANIFEST.p7s", pki.sign(manifest, signer)), *logs]
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(package.pack(entries, "tar.gz"))


class PostBench:
    """The prepared night, and one round of posting it."""

    def __init__(self, place, short):
        self.place, self.sizes = place, SHORT if short else WHOLE
        schools, packages, records, _ = self.sizes
        self.packages, self.records = schools * packages, schools * packages * 2 * records
        self.folder = place.folder / "post"
        self.settings = self.folder / "daybook.conf"

    def prepare(self):
        shutil.rmtree(self.folder, ignore_errors=True)
        for name in ("work", "intake", "outbox", "sftp"):
            (self.folder / name).mkdir(parents=True)
        pki = package.Pki(self.folder / "pki", self.folder / "work")
        pki.write_master_keys("master-keys.p7m", {("3des", 1): MASTER_KEY})
        night = self.folder / "work" / "night"
        checked([BUILD / "tests/bench/make_night", night, *self.sizes, MASTER_KEY.hex()])
        self.pack_all(pki, night / "packages")
        self.place.write_settings(self.settings, "bench_post", self.folder)
        self.place.fresh_database("bench_post")
        checked(daybook(self.settings, "init"))
        for kind in KINDS:
            checked(daybook(self.settings, "import", kind, night / "reference" / f"{kind}.csv", "--date", NIGHT))
        checked(daybook(self.settings, "collect", "--date", NIGHT))
        self.place.sql("bench_post", "VACUUM ANALYZE")
        self.expect("bench_post", "SELECT count(*) FROM ops.archive WHERE state = 'collected'", self.packages)
        shutil.rmtree(self.folder / "work")
        self.place.write_settings(self.settings, "bench_round", self.folder)
        # Answers are sent after the commit and are no part of the figure: without a source they stay queued.
        text = self.settings.read_text()
        self.settings.write_text(text[:text.index("[source ")])

    def pack_all(self, pki, packages):
        tasks = []
        for folder in sorted(packages.iterdir()):
            school = folder.name.split("-")[0]
            tasks.append((folder, pki, pki.signer(school), self.folder / "sftp" / school / f"{folder.name}.tar.gz"))
        # Most of the time goes to the openssl that signs, a process of its own.
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            list(pool.map(pack, tasks))

    def expect(self, database, query, wanted):
        found = self.place.sql(database, query)
        if found != str(wanted):
            raise BenchError(f"{query} gives {found}, not {wanted}")

    def ours(self):
        self.place.fresh_database("bench_round", "bench_post")
        run = timed(daybook(self.settings, "post", "--date", NIGHT))
        self.expect("bench_round", "SELECT count(*) FROM api.transfer WHERE kind = 'purchase'", self.records)
        self.expect("bench_round", "SELECT count(*) FROM ledger.record WHERE verdict = 10 AND flags = 0", self.records)
        self.expect("bench_round", "SELECT count(*) FROM api.exception", 0)
        return run

    def floor(self):
        self.place.fresh_database("bench_floor")
        self.place.sql("bench_floor", FLOOR_TABLE)
        self.place.settle_down()
        run = timed([BUILD / "tests/bench/copy_bench", self.place.conninfo("bench_floor"), self.records])
        self.expect("bench_floor", "SELECT count(*) FROM bench_floor", self.records)
        return run

    def close(self):
        for name in ("bench_round", "bench_floor", "bench_post"):
            self.place.drop_database(name)
        shutil.rmtree(self.folder, ignore_errors=True)


def run(place, short):
    bench = PostBench(place, short)
    try:
        bench.prepare()
        ours, floor = in_turn(measure.ROUNDS, bench.ours, bench.floor)
        note = (f"{bench.records:,} records, {bench.packages:,} packages; {spread(ours)}; "
                f"floor: binary COPY, {spread(floor)}")
        return [Row("post_1m", median_s(ours), median_s(floor), max(one.peak_mib for one in ours), note,
                    (RATIO_LIMIT, PEAK_LIMIT_MIB))]
    finally:
        bench.close()
