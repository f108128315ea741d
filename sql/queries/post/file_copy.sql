-- Binary COPY of the files of posted packages.
COPY ops.archive_file (archive_id, file_no, name, format, device_no, records, posted, duplicate, held, rejected,
                       amount_fen, posted_fen, reason, run_id) FROM STDIN (FORMAT binary)
