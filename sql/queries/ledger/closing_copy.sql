-- Binary COPY of what closes by itself.
COPY pg_temp.run_closing (verdict, device_no, epoch, card_no, is_online, first_number, last_number, record_id)
    FROM STDIN (FORMAT binary)
