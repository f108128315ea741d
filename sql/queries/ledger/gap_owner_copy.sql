-- Binary COPY of the owners of gaps.
COPY pg_temp.run_gap_owner (of_card, owner, part, from_number, to_number) FROM STDIN (FORMAT binary)
