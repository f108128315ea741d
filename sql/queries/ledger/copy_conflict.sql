-- Binary COPY of contents held as conflict.
COPY ledger.conflict (device_no, epoch, device_seq, digest, run_id) FROM STDIN (FORMAT binary)
