-- Binary COPY of sequences that reversals name.
COPY pg_temp.run_reversed (device_no, epoch, device_seq) FROM STDIN (FORMAT binary)
