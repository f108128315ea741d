-- A run that may change what held records of its cards are answered, and asks none of them. $1 bigint run
INSERT INTO ledger.unasked (run_id) VALUES ($1::bigint)
