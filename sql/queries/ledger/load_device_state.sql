-- What has been seen of every device.
COPY (SELECT device_no, epoch, run_id, seen, seen_fen FROM ledger.device_state) TO STDOUT (FORMAT binary)
