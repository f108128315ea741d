-- Devices and cards whose ranges a run changed, and the ranges that are missing of them now. The key is device and
-- epoch, or card and family (1 online).
CREATE TEMPORARY TABLE run_gap_owner (of_card boolean NOT NULL, owner bigint NOT NULL, part integer NOT NULL)
    ON COMMIT DROP;
CREATE TEMPORARY TABLE run_gap (
    place integer NOT NULL, of_card boolean NOT NULL, owner bigint NOT NULL, part integer NOT NULL,
    first_number bigint NOT NULL, last_number bigint NOT NULL
) ON COMMIT DROP
