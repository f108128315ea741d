-- The cards of a run, by their place in its table.
CREATE TEMPORARY TABLE run_card (place integer NOT NULL, card_no bigint NOT NULL) ON COMMIT DROP
