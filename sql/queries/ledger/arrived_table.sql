-- Cards whose held records a run asks again: first those of its records.
CREATE TEMPORARY TABLE run_arrived (card_no bigint NOT NULL) ON COMMIT DROP
