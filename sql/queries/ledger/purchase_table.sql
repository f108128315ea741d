-- Sequences that reversals of a run name.
CREATE TEMPORARY TABLE run_reversed (device_no integer NOT NULL, epoch integer NOT NULL, device_seq bigint NOT NULL)
    ON COMMIT DROP
