-- Own days of cards that are older than their newest.
CREATE TEMPORARY TABLE run_own_day (
    place integer NOT NULL, card_no bigint NOT NULL, from_at timestamptz NOT NULL, to_at timestamptz NOT NULL
) ON COMMIT DROP
