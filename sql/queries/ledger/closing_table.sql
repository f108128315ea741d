-- What closes by itself in a run: grays, reversals and breaks by their record, negative balances by their card, device
-- totals by their device.
CREATE TEMPORARY TABLE run_closing (verdict smallint NOT NULL, card_no bigint, record_id bigint, device_no integer,
                                    reason text NOT NULL) ON COMMIT DROP
