-- Binary COPY of a run's accepted purchases by device and own day.
COPY ledger.device_day (own_day, run_id, device_no, purchases, purchase_fen) FROM STDIN (FORMAT binary)
