-- Binary COPY of the lots of the claims that a run changed.
COPY pg_temp.new_subsidy_lot (card_no, valid_to, left_fen) FROM STDIN (FORMAT binary)
