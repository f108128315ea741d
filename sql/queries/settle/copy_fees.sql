-- Binary COPY of the fees that a run booked.
COPY ledger.merchant_fee (accounting_date, run_id, merchant_no, turnover_fen, fee_fen) FROM STDIN (FORMAT binary)
