-- Gives the next run the number that it had. $1 bigint: run
SELECT setval('ledger.run_id', $1::bigint, false)
