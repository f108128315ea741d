-- Ranges of sequences that a run saw first.
CREATE TEMPORARY TABLE run_seen (
    device_no integer NOT NULL, epoch integer NOT NULL, first_seq bigint NOT NULL, last_seq bigint NOT NULL,
    run_id bigint NOT NULL
) ON COMMIT DROP
