-- Binary COPY of the bounds of those ranges.
COPY pg_temp.run_seen (device_no, epoch, first_seq, last_seq, run_id) FROM STDIN (FORMAT binary)
