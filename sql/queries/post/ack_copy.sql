-- Binary COPY of the acks of a run into the outbox.
COPY ops.outbox (source, folder, name, bytes, run_id) FROM STDIN (FORMAT binary)
