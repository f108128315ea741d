-- The answers that a run wrote. $1 bigint: run
SELECT proposal_id, answer, answered_by, reason FROM ledger.answer WHERE run_id = $1::bigint ORDER BY proposal_id
