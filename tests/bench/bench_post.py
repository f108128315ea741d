"""post_1m: a night of purchases with 3DES TACs, from registered packages to the commit with indexes, against a bare
binary COPY of as many rows of 10 columns into a table without indexes.

night_2m_4m: a night of all formats with twice as many identity records as purchases, in 2,000 packages, against a bare
binary COPY of the same rows (records, identity records, transfers, with the ledger's columns) into unindexed tables.
"""
import measure
from measure import Row, in_turn, median_s, spread, timed
from night import Night
from place import BUILD, NIGHT

FLOOR_TABLE = """CREATE TABLE bench_floor (record_id bigint NOT NULL, school_code bigint NOT NULL,
    device_no integer NOT NULL, device_seq bigint NOT NULL, card_no bigint NOT NULL, counter integer NOT NULL,
    amount_fen bigint NOT NULL, occurred_at timestamptz NOT NULL, accounting_date date NOT NULL,
    verdict smallint NOT NULL)"""
PURCHASES = ({"schools": 200, "packages": 5, "pos": 2, "purchases": 500, "cards": 1500},
             {"schools": 20, "packages": 5, "pos": 2, "purchases": 250, "cards": 300})
ALL_FORMATS = ({"schools": 2000, "pos": 6, "xf": 1, "csv": 1, "purchases": 125, "att": 2, "gate": 2, "passes": 500,
                "cards": 300},
               {"schools": 40, "pos": 6, "xf": 1, "csv": 1, "purchases": 125, "att": 2, "gate": 2, "passes": 500,
                "cards": 300})
PEAK_LIMIT_MIB = 512


class PostBench(Night):
    """One round of posting the night, and of its floor."""

    def ours(self):
        self.fresh_round()
        run = self.post(NIGHT)
        self.expect(self.round, "SELECT count(*) FROM ledger.record WHERE verdict = 10 AND flags = 0", self.records)
        self.expect(self.round, "SELECT count(*) FROM ledger.identity WHERE verdict = 10", self.identities)
        self.expect(self.round, "SELECT count(*) FROM api.transfer WHERE kind = 'purchase'", self.records)
        self.expect(self.round, "SELECT count(*) FROM api.exception", 0)
        return run

    def narrow_floor(self):
        self.fresh_round()
        self.place.sql(self.round, FLOOR_TABLE)
        self.place.settle_down()
        run = timed([BUILD / "tests/bench/copy_bench", self.place.conninfo(self.round), "bench_floor", self.records])
        self.expect(self.round, "SELECT count(*) FROM bench_floor", self.records)
        return run

    def same_rows(self):
        return self.floor({"bench_record": self.records, "bench_identity": self.identities,
                           "bench_transfer": self.records})


def measured(place, name, sizes, floor, limit, words):
    bench = PostBench(place, name, sizes)
    try:
        bench.prepare(NIGHT)
        ours, bare = in_turn(measure.ROUNDS, bench.ours, getattr(bench, floor))
        many = f" and {bench.identities:,} identity records" if bench.identities else ""
        note = (f"{bench.records:,} records{many}, {bench.packages:,} packages, {ours[0].runs} runs; {spread(ours)}; "
                f"floor: {words}, {spread(bare)}")
        return [Row(name, median_s(ours), median_s(bare), max(one.peak_mib for one in ours), note, (limit, PEAK_LIMIT_MIB))]
    finally:
        bench.close()


def post(place, short):
    return measured(place, "post_1m", PURCHASES[short], "narrow_floor", 8, "binary COPY of 10 columns")


def night(place, short):
    return measured(place, "night_2m_4m", ALL_FORMATS[short], "same_rows", 4, "binary COPY of the same rows")
