-- Sequences of a run that were seen before it.
CREATE TEMPORARY TABLE run_suspect (device_no integer NOT NULL, epoch integer NOT NULL, device_seq bigint NOT NULL)
    ON COMMIT DROP
