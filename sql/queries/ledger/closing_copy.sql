-- Binary COPY of what closes by itself.
COPY pg_temp.run_closing (verdict, card_no, record_id) FROM STDIN (FORMAT binary)
