-- Cards whose chain is entered before its tail; how many records it has, and how many of them are of which family
-- (reversals apart), before this run; whether this run adds records of the offline family only.
CREATE TEMPORARY TABLE run_chain (
    place integer NOT NULL, card_no bigint NOT NULL, from_at timestamptz NOT NULL, records bigint NOT NULL,
    offline bigint NOT NULL, online bigint NOT NULL, offline_only boolean NOT NULL
) ON COMMIT DROP
