-- Cards whose claims a run asks for by number.
CREATE TEMPORARY TABLE run_claimant (card_no bigint NOT NULL) ON COMMIT DROP
