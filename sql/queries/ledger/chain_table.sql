-- Cards whose chain is entered before its tail.
CREATE TEMPORARY TABLE run_chain (place integer NOT NULL, card_no bigint NOT NULL, from_at timestamptz NOT NULL)
    ON COMMIT DROP
