-- Binary COPY of the cards that a run changed.
COPY pg_temp.new_card_state (card_no, run_id, has_transfers, purse_fen, offline, online, records, tail_at, tail_family,
                             tail_counter, tail_reversal, tail_after_fen, tail_offline, tail_online, day, day_fen,
                             read_run) FROM STDIN (FORMAT binary)
