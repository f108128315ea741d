-- Binary COPY of what a run made of its packages.
COPY pg_temp.run_result (archive_id, sha256, state, reason, detail, records, posted, duplicate, held, rejected,
                         amount_fen, posted_fen, duplicate_fen, held_fen, rejected_fen) FROM STDIN (FORMAT binary)
