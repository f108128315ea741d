-- Writes the answer to a proposal. $1 bigint: proposal  $2 text: who proposed it  $3 text: approved or refused
-- $4 text: operator  $5 text: reason of a refusal  $6 bigint: run
INSERT INTO ledger.answer (proposal_id, proposed_by, answer, answered_by, reason, run_id)
VALUES ($1::bigint, $2::text, $3::text, $4::text, $5::text, $6::bigint)
