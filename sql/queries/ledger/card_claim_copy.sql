-- Binary COPY of the claims that a run changed.
COPY pg_temp.new_card_claim (card_no, run_id, topup_fen, advance_fen, read_run) FROM STDIN (FORMAT binary)
