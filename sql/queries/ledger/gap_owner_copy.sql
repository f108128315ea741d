-- Binary COPY of the owners of gaps.
COPY pg_temp.run_gap_owner (of_card, owner, part) FROM STDIN (FORMAT binary)
