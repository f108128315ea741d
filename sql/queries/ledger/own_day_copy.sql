-- Binary COPY of own days.
COPY pg_temp.run_own_day (place, card_no, from_at, to_at) FROM STDIN (FORMAT binary)
