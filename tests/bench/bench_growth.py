"""growth: what a record costs to post on the 1st, 30th and 365th day of a ledger that grows by a night each.

Some nights are really posted: those at the beginning, and those at the age that is measured. The others are copies of the
last real one with later dates and numbers (older.sql), so that leaves, sums, ranges, states and exceptions are as many as
if they had been posted. Every night has late records (2 % by a day, 0.5 % by three), terminals that send the day before
once more (3 %), and records that are lost for good. What waits between two nights is vacuumed, as autovacuum would do.
"""
import datetime
import shutil
import statistics

from measure import BenchError, Row, checked
from night import Night
from place import BUILD, ROOT, daybook

FIRST = datetime.date(2026, 3, 2)
# Ages in nights at which real nights begin; the first of each are not measured: what they send again was copied.
WHOLE = ({"schools": 50, "pos": 8, "xf": 1, "csv": 1, "purchases": 60, "cards": 200, "att": 1, "gate": 1, "passes": 300,
          "faults": 1}, (1, 29, 364))
SHORT = ({"schools": 10, "pos": 8, "xf": 1, "csv": 1, "purchases": 60, "cards": 200, "att": 1, "gate": 1, "passes": 300,
          "faults": 1}, (1, 12, 20))
FIRST_REAL, REAL = 8, 6  # nights in a row
SPENT_FEN = 550          # a purchase, as in night.h
RATIO_LIMIT = 1.2


class GrowthBench(Night):
    """One ledger that grows old."""

    def __init__(self, place, sizes, ages):
        super().__init__(place, "growth", sizes)
        self.ages = ages
        self.round = self.template
        self.per_day = self.records // (sizes["schools"] * sizes["cards"])

    @staticmethod
    def date(day):
        return FIRST + datetime.timedelta(days=day - 1)

    def sql(self, *statements):
        return self.place.sql(self.template, *statements)

    def begin(self):
        self.open()
        self.read_reference(self.write(), self.date(1))
        checked([f"{self.place.env['SITE_PGBIN']}/psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-d",
                 self.place.conninfo(self.template), "-f", ROOT / "tests/bench/older.sql"])

    def night(self, day):
        """A real one: seconds, and microseconds of the server and of the job, per record."""
        if day > 1:
            self.write(day)
        self.place.write_settings(self.settings, self.template, self.folder)
        self.collect(self.template, self.date(day))
        self.silence(self.template)
        shutil.rmtree(self.folder / "sftp")
        self.place.settle_down()
        before_s = self.place.server_cpu_s()
        run = self.post(self.date(day))
        cpu_s = self.place.server_cpu_s() - before_s + run.cpu_s
        count = int(self.sql(f"SELECT sum(records) FROM ops.archive WHERE run_id = bench.run_of('{self.date(day)}')"))
        kinds = self.sql("SELECT string_agg(verdict || ':' || n, ' ' ORDER BY verdict) FROM (SELECT verdict, count(*) AS n"
                         f" FROM ledger.exception WHERE accounting_date = '{self.date(day)}' GROUP BY 1) AS e")
        self.sql(f"SELECT bench.seal('{self.date(day)}')")
        self.tidy(day)
        return {"day": day, "s": run.seconds / count, "cpu_s": cpu_s / count, "count": count, "kinds": kinds,
                "peak_mib": run.peak_mib}

    def tidy(self, day):
        tables = self.sql(f"SELECT string_agg(t, ', ') FROM bench.tables_in_use('{self.date(day)}') AS t")
        self.sql(f"VACUUM (ANALYZE) {tables}")

    def grow(self, base, last):
        """Copies of the night of day base, up to day last."""
        self.sql(f"CALL bench.age('{self.date(base)}', '{self.date(last)}', '{FIRST}', {self.per_day},"
                 f" {self.sizes['purchases']}, {self.sizes['passes']}, {SPENT_FEN * self.per_day})")
        self.tidy(last)

    def measure(self):
        """{age: nights}; of the first age those from its second day on, when there is something to look back at."""
        found, day = {}, 0
        for age in self.ages:
            if age > 1:
                self.grow(day, age - 1)
            real = range(age, age + (FIRST_REAL if age == 1 else REAL))
            nights = [self.night(day) for day in real]
            day = real[-1]
            found[age] = nights[1:REAL]
            self.expect_alike(found[self.ages[0]][-1], nights[-1])
        return found

    @staticmethod
    def expect_alike(early, late):
        """The same work: as many records, the same exceptions."""
        if (early["count"], early["kinds"]) != (late["count"], late["kinds"]):
            raise BenchError(f"day {early['day']} and day {late['day']} are no equal nights: {early} {late}")


def run(place, short):
    bench = GrowthBench(place, *(SHORT if short else WHOLE))
    with place.without_autovacuum():
        try:
            bench.begin()
            found = bench.measure()
        finally:
            bench.close()
    first, rows = found[bench.ages[0]], []
    for age, nights in found.items():
        middle = {key: [statistics.median(night[key] for night in some) * 1e6 for some in (nights, first)]
                  for key in ("s", "cpu_s")}
        spread = sorted(night["s"] * 1e6 for night in nights)
        note = (f"seconds a million records, {len(nights)} nights of {nights[0]['count']:,} from day {nights[0]['day']} on; "
                f"{spread[0]:.2f} to {spread[-1]:.2f} s; floor: the first; CPU {middle['cpu_s'][0]:.2f} s, "
                f"{middle['cpu_s'][0] / middle['cpu_s'][1]:.2f} of the first")
        rows.append(Row(f"growth_{nights[0]['day']}", middle["s"][0], middle["s"][1],
                        max(night["peak_mib"] for night in nights), note, (RATIO_LIMIT, None)))
    return rows
