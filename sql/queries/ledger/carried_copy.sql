-- Binary COPY of transactions that records repeat.
COPY ledger.carried (card_no, is_online, counter, record_id, is_held, kind, amount_fen, psam_no, occurred_at, run_id)
    FROM STDIN (FORMAT binary)
