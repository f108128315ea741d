-- Binary COPY of devices and sequences.
COPY pg_temp.run_beyond (place, device_no, epoch, last_seq, this_run) FROM STDIN (FORMAT binary)
