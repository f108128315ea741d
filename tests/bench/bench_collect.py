"""collect_2000: packages of 100 KB over loopback, against `sftp -r` and `lftp mirror --parallel=4` of the same tree.

Ours also hashes, fsyncs and registers each package; the others only write files. The bytes are random: collecting does
not look into packages.
"""
import os
import shutil

import measure
from measure import BenchError, Row, checked, in_turn, median_s, spread, timed
from place import NIGHT, daybook

PACKAGE_BYTES = 100 * 1000
FIRST_SCHOOL = 2137000001
WHOLE, SHORT = (200, 10), (20, 10)  # schools, packages a school
RATIO_LIMIT = 1


class CollectBench:
    """The tree on the server, and one round of each way to fetch it."""

    def __init__(self, place, short):
        self.place = place
        self.schools, self.packages = SHORT if short else WHOLE
        self.count = self.schools * self.packages
        self.folder = place.folder / "collect"
        self.settings = self.folder / "daybook.conf"
        self.target = self.folder / "fetched"

    def prepare(self):
        shutil.rmtree(self.folder, ignore_errors=True)
        for school in range(FIRST_SCHOOL, FIRST_SCHOOL + self.schools):
            folder = self.folder / "sftp" / str(school)
            folder.mkdir(parents=True)
            for sequence in range(1, self.packages + 1):
                name = f"{school}-01-20260302213000-{sequence:06d}.tar.gz"
                (folder / name).write_bytes(os.urandom(PACKAGE_BYTES))
        self.place.write_settings(self.settings, "bench_collect", self.folder)
        self.place.fresh_database("bench_collect")
        checked(daybook(self.settings, "init"))
        self.place.write_settings(self.settings, "bench_round", self.folder)

    def clear(self):
        for folder in (self.target, self.folder / "intake"):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
        self.place.settle_down()

    def expect_files(self, folder):
        sizes = [os.path.getsize(os.path.join(path, name)) for path, _, names in os.walk(folder) for name in names]
        if len(sizes) != self.count or set(sizes) != {PACKAGE_BYTES}:
            raise BenchError(f"{folder} holds {len(sizes)} files, {sum(sizes)} bytes")

    def ours(self):
        self.place.fresh_database("bench_round", "bench_collect")
        self.clear()
        run = timed(daybook(self.settings, "collect", "--date", NIGHT))
        self.expect_files(self.folder / "intake")
        found = self.place.sql("bench_round", "SELECT count(*) FROM ops.archive WHERE state = 'collected'")
        if found != str(self.count):
            raise BenchError(f"{found} of {self.count} packages were registered")
        return run

    def sftp(self):
        self.clear()
        batch = self.folder / "sftp.batch"
        batch.write_text(f"get -r {self.folder}/sftp {self.target}\n")
        env = self.place.env
        run = timed(["sftp", "-q", *self.place.ssh_options(), "-P", env["SITE_SFTP_PORT"], "-b", batch,
                     f"{env['SITE_SFTP_USER']}@{env['SITE_SFTP_HOST']}"])
        self.expect_files(self.target)
        return run

    def lftp(self):
        self.clear()
        env = self.place.env
        script = (f"set sftp:connect-program \"ssh -a -x {' '.join(self.place.ssh_options())}\"; set cmd:fail-exit yes; "
                  f"open -u {env['SITE_SFTP_USER']}, -p {env['SITE_SFTP_PORT']} sftp://{env['SITE_SFTP_HOST']}; "
                  f"mirror --parallel=4 {self.folder}/sftp {self.target}")
        run = timed(["lftp", "-c", script], env={"HOME": str(self.folder)})
        self.expect_files(self.target)
        return run

    def close(self):
        for name in ("bench_round", "bench_collect"):
            self.place.drop_database(name)
        shutil.rmtree(self.folder, ignore_errors=True)


def run(place, short):
    bench = CollectBench(place, short)
    try:
        bench.prepare()
        ours, sftp, lftp = in_turn(measure.ROUNDS, bench.ours, bench.sftp, bench.lftp)
        size = f"{bench.count:,} packages of {PACKAGE_BYTES // 1000} KB"
        peak = max(one.peak_mib for one in ours)
        return [Row(f"collect_vs_{name}", median_s(ours), median_s(floor), peak,
                    f"{size}; {spread(ours)}; floor: {words}, {spread(floor)}", (RATIO_LIMIT, None))
                for name, words, floor in (("sftp", "sftp -r", sftp), ("lftp", "lftp mirror --parallel=4", lftp))]
    finally:
        bench.close()
