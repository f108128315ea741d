-- Whether a run is there, as 1 or 0. $1 bigint: run
SELECT count(*) FROM ledger.run WHERE run_id = $1::bigint
