-- Devices whose records after a sequence are asked for, and the run that asks, whose own records are not looked for.
CREATE TEMPORARY TABLE run_beyond (place integer NOT NULL, device_no integer NOT NULL, epoch integer NOT NULL,
                                   last_seq bigint NOT NULL, this_run bigint NOT NULL) ON COMMIT DROP
