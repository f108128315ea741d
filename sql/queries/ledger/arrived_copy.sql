-- Binary COPY of the cards of a run's records, each once.
COPY pg_temp.run_arrived (card_no) FROM STDIN (FORMAT binary)
