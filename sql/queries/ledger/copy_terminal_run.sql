-- Binary COPY of a run's counts by terminal.
COPY ledger.terminal_run (accounting_date, run_id, device_no, school_code, collected, posted, duplicate, held, rejected,
                          missing, amount_fen, posted_fen, duplicate_fen, held_fen, rejected_fen, device_total_fen)
    FROM STDIN (FORMAT binary)
