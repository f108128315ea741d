-- Binary COPY of what closes by itself.
COPY pg_temp.run_closing (verdict, card_no, record_id, device_no, reason) FROM STDIN (FORMAT binary)
