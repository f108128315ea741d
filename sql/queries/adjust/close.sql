-- Closes the exception of a proposal. $1 bigint: exception  $2 bigint: run  $3 text: reason  $4 bigint: proposal
INSERT INTO ledger.exception_closing (exception_id, run_id, reason, proposal_id)
VALUES ($1::bigint, $2::bigint, $3::text, $4::bigint)
