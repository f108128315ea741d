-- A run that may change what held records of a card are answered, and asks none of them. $1 bigint run, $2 bigint card
INSERT INTO ledger.unasked (run_id, card_no) VALUES ($1::bigint, $2::bigint)
