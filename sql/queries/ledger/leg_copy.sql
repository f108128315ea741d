-- Binary COPY of purchases whose transfers are mirrored.
COPY pg_temp.run_mirrored (entry_id, accounting_date) FROM STDIN (FORMAT binary)
