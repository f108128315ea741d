-- Binary COPY of new editions.
COPY ledger.statement (statement_no, merchant_no, period, from_date, to_date, edition, turnover_fen, fee_fen, net_fen,
                       csv, sha256, run_id)
FROM STDIN (FORMAT binary)
