-- Binary COPY of the moments between which a run's records lie.
COPY ledger.record_span (run_id, judged_on, first_at, last_at) FROM STDIN (FORMAT binary)
