-- Decides that a held record is never posted. $1 bigint: record  $2 text: reason  $3 bigint: run
INSERT INTO ledger.decision (record_id, outcome, reason, run_id) VALUES ($1::bigint, 'void', $2::text, $3::bigint)
