-- Binary COPY of the gaps.
COPY pg_temp.run_gap (place, of_card, owner, part, first_number, last_number) FROM STDIN (FORMAT binary)
