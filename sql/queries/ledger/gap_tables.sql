-- Devices and cards whose missing ranges a run changed, with the numbers among which such a range begins, and the ranges
-- that are missing there now. The key is device and epoch, or card and family (1 online).
CREATE TEMPORARY TABLE run_gap_owner (
    of_card boolean NOT NULL, owner bigint NOT NULL, part integer NOT NULL, from_number bigint NOT NULL,
    to_number bigint NOT NULL
) ON COMMIT DROP;
CREATE TEMPORARY TABLE run_gap (
    place integer NOT NULL, of_card boolean NOT NULL, owner bigint NOT NULL, part integer NOT NULL,
    first_number bigint NOT NULL, last_number bigint NOT NULL
) ON COMMIT DROP
