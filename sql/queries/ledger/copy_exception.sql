-- Binary COPY of the exceptions of a run.
COPY ledger.exception (exception_id, verdict, school_code, device_no, epoch, device_seq, card_no, is_online, counter,
                       last_number, amount_fen, occurred_at, accounting_date, archive_id, file_no, record_no, record_id,
                       detail) FROM STDIN (FORMAT binary)
