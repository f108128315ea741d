-- Binary COPY of what became of held records.
COPY ledger.decision (record_id, outcome, posted_id, reason, run_id) FROM STDIN (FORMAT binary)
