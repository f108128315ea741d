-- 1 when the run was committed, else 0. $1 bigint run
SELECT count(*) FROM ledger.run WHERE run_id = $1
