-- Binary COPY of sequences that were seen before.
COPY pg_temp.run_suspect (device_no, epoch, device_seq) FROM STDIN (FORMAT binary)
