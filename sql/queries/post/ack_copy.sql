-- Binary COPY of the acks of a run.
COPY pg_temp.run_ack (source, folder, name, bytes, is_again) FROM STDIN (FORMAT binary)
