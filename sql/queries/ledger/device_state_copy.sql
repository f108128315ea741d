-- Binary COPY of the devices that a run changed.
COPY pg_temp.new_device_state (device_no, epoch, run_id, seen, seen_fen, read_run) FROM STDIN (FORMAT binary)
