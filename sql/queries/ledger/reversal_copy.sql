-- Binary COPY of purchases that are reversed.
COPY ledger.reversal (purchase_id, reversal_id, run_id) FROM STDIN (FORMAT binary)
