-- The acks of a run on their way into the outbox; is_again: the package was answered before.
CREATE TEMPORARY TABLE run_ack (source text NOT NULL, folder text NOT NULL, name text NOT NULL, bytes bytea NOT NULL,
                                is_again boolean NOT NULL) ON COMMIT DROP
