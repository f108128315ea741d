-- Binary COPY of the raw bytes of malformed records.
COPY ledger.reject (exception_id, raw) FROM STDIN (FORMAT binary)
