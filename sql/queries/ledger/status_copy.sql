-- Binary COPY of what devices said of themselves.
COPY ledger.device_status (archive_id, file_no, record_no, device_no, at, uncollected, last_seq, total_count,
                           total_amount_fen, firmware, blacklist_version, run_id, ordinal) FROM STDIN (FORMAT binary)
