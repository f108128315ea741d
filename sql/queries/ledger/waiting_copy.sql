-- Binary COPY of records that are asked again.
COPY ledger.waiting (record_id, held_on, school_code, archive_id, made_at, file_no, record_no, device_no, epoch,
                     device_seq, digest, kind, card_no, counter, before_fen, amount_fen, after_fen, occurred_at, psam_no,
                     list_version, reference) FROM STDIN (FORMAT binary)
