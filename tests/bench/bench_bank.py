"""What the bank's files cost: a request for 100,000 debits, written and held against the official schema."""
import statistics

from measure import ROUNDS, Row, timed
from place import BUILD, ROOT

SCHEMA = ROOT.parent / "shared" / "iso20022" / "pain.008.001.08.xsd"
MOST_MIB = 64  # promised, proof included


def pain008(place, short):
    """pain008_100k: seconds to write and to validate while reading, peak memory of both."""
    path = BUILD / "pain008_100k.xml"
    schema = [SCHEMA] if SCHEMA.exists() else []
    rounds = [timed([BUILD / "tests/bench/pain_bench", path, *schema]) for _ in range(ROUNDS)]
    size_mib = path.stat().st_size / (1 << 20)
    path.unlink()
    parts = {}
    for done in rounds:
        for line in done.log.splitlines():
            name, _, seconds = line.split("\t")
            parts.setdefault(name, []).append(float(seconds))
    write_s = statistics.median(parts["pain008_100k"])
    proof = f"validated in {statistics.median(parts['pain008_100k_proof']):.2f} s" if schema else "the schema is not here: not validated"
    return [Row("pain008_100k", write_s, peak_mib=max(done.peak_mib for done in rounds), limits=(None, MOST_MIB),
                note=f"100,000 debits, {size_mib:.0f} MiB, written by one core; {proof}")]
