-- Binary COPY of a run's movements by date and code.
COPY ledger.trial_delta (accounting_date, run_id, code, debit_fen, credit_fen) FROM STDIN (FORMAT binary)
