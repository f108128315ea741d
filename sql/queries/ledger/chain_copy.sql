-- Binary COPY of cards and moments.
COPY pg_temp.run_chain (place, card_no, from_at) FROM STDIN (FORMAT binary)
