-- Binary COPY of a run's movements by date and account.
COPY ledger.account_delta (accounting_date, run_id, account, debit_fen, credit_fen) FROM STDIN (FORMAT binary)
