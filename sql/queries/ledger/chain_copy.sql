-- Binary COPY of cards and moments.
COPY pg_temp.run_chain (place, card_no, from_at, records, offline, online, offline_only) FROM STDIN (FORMAT binary)
