-- The links that were found, by card.
COPY (SELECT place, record_id, occurred_at, school_code, archive_id, file_no, record_no, device_no, epoch, device_seq,
             kind, counter, before_fen, amount_fen, after_fen, accounting_date
        FROM pg_temp.run_link ORDER BY place, record_id) TO STDOUT (FORMAT binary)
