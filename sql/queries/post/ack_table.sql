-- The acks of a run on their way into the outbox.
CREATE TEMPORARY TABLE run_ack (source text NOT NULL, folder text NOT NULL, name text NOT NULL, bytes bytea NOT NULL)
    ON COMMIT DROP
