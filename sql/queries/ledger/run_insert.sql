-- The row of a run. $1 bigint run, $2 text job, $3 date open date
INSERT INTO ledger.run (run_id, job, accounting_date) VALUES ($1, $2, $3)
