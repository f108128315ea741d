-- Binary COPY of those cards.
COPY pg_temp.run_claimant (card_no) FROM STDIN (FORMAT binary)
