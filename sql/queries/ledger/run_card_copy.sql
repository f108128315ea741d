-- Binary COPY of the cards of a run.
COPY pg_temp.run_card (place, card_no) FROM STDIN (FORMAT binary)
