"""The oracle's readers by the names of their formats, and what they need to know of the oracle's state."""
import primitives as p
import read_identity
import read_money
import reader

READERS = {"pkg-csv/1": read_money.read_pkg, "xf-text/1": read_money.read_xf, "att-csv/1": read_identity.read_att,
           "gate-xml/1": read_identity.read_gate}
ALGORITHM_OF_CHIP = {"cpu3des": "3des", "cpusm4": "sm4"}


def read_log(oracle, package, row, data):
    """A listed file as records, or refused; rows whose merchant is not the device's are malformed (R-01)."""
    if row["format"] == "pos-bin/1":
        return reader.read_log(package, row, data, oracle.ref.psam_of(row["device_no"]))
    log = READERS[row["format"]](package, row, data)
    for rec in log.records:
        if rec.merchant and not rec.verdict and not merchant_agrees(oracle, rec):
            rec.verdict = "malformed"
    return log


def merchant_agrees(oracle, rec):
    """Whether an xf-text row names the merchant of its device; nothing is asked where the device has none that day."""
    row = oracle.ref.terminal_on(rec.device, oracle.terminal_day(rec))
    return row is None or row["merchant_no"] in ("", rec.merchant)


def some_key_fits(rec, card, ring):
    """R-04 where the format names no key: the card's, or for a card not on file any of the named chip or of all."""
    if card:
        names = [(ALGORITHM_OF_CHIP[card["chip"]], int(card["key_version"]))]
    else:
        names = [name for name in ring.masters if not rec.chip or name[0] == ALGORITHM_OF_CHIP.get(rec.chip)]
    return any(ring.has(*name) and ring.tac(name, rec.card, tac_block(rec)) == rec.tac for name in names)


def tac_block(rec):
    """The block of FORMATS 4 for a purchase, a load or a draw."""
    if rec.kind in reader.ONLINE:
        return p.load_block(rec.after, rec.counter, rec.amount, 0x02, rec.psam, rec.date, rec.time)
    return p.purchase_block(rec.amount, rec.kind, rec.psam, rec.psam_seq, rec.date, rec.time)
