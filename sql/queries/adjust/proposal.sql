-- A proposal and its answer (nulls: none yet), no row when there is none of that number. $1 bigint: proposal
SELECT p.proposal_id, p.exception_id, p.outcome, p.debit_account, p.credit_account, p.amount_fen, p.reason, p.proposed_by,
       a.answer, a.answered_by, a.reason AS answer_reason, r.accounting_date::text AS answered_on
  FROM ledger.proposal AS p
  LEFT JOIN ledger.answer AS a USING (proposal_id)
  LEFT JOIN ledger.run AS r ON r.run_id = a.run_id
 WHERE p.proposal_id = $1::bigint
