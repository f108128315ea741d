-- What closes by itself in a run.
CREATE TEMPORARY TABLE run_closing (
    verdict smallint NOT NULL, device_no integer, epoch integer, card_no bigint, is_online boolean, first_number bigint,
    last_number bigint, record_id bigint
) ON COMMIT DROP
