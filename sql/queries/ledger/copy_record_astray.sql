-- Binary COPY of the cards whose records lie outside them.
COPY ledger.record_astray (card_no, run_id, judged_on, first_at, last_at) FROM STDIN (FORMAT binary)
