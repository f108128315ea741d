-- Breaks and negative balances that close by themselves in a run.
CREATE TEMPORARY TABLE run_closing (verdict smallint NOT NULL, card_no bigint NOT NULL, record_id bigint) ON COMMIT DROP
