"""The oracle's readers by the names of their formats, and what they need to know of the oracle's state."""
import judge
import read_identity
import read_money
import reader
import status

READERS = {"pkg-csv/1": read_money.read_pkg, "xf-text/1": read_money.read_xf, "att-csv/1": read_identity.read_att,
           "gate-xml/1": read_identity.read_gate, status.FORMAT: status.read_status}


def read_log(oracle, package, row, data):
    """A listed file as records or status rows, or refused; rows whose merchant is not the device's are malformed."""
    if row["format"] == "pos-bin/1":
        return reader.read_log(package, row, data, oracle.ref.psam_of(row["device_no"]))
    log = READERS[row["format"]](package, row, data)
    for rec in log.records:
        if rec.merchant and not rec.verdict and not merchant_agrees(oracle, rec):
            rec.verdict = "malformed"
    return log


def merchant_agrees(oracle, rec):
    """Whether an xf-text row names the merchant of its device; nothing is asked where the device has none that day."""
    row = judge.terminal_row(oracle, rec)
    return row is None or row["merchant_no"] in ("", rec.merchant)
