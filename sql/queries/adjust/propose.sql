-- Writes a proposal under the next number. $1 bigint: exception  $2 text: outcome  $3 text, $4 text, $5 bigint: debit and
-- credit account and amount of a transfer, else null  $6 text: reason  $7 text: operator  $8 bigint: run
INSERT INTO ledger.proposal (proposal_id, exception_id, outcome, debit_account, credit_account, amount_fen, reason,
                             proposed_by, run_id)
SELECT coalesce(max(proposal_id), 0) + 1, $1::bigint, $2::text, $3::text, $4::text, $5::bigint, $6::text, $7::text,
       $8::bigint
  FROM ledger.proposal
RETURNING proposal_id
