-- Proposals, the oldest first, with what they would do. $1 boolean: those with an answer too
SELECT p.proposal_id, v.name AS verdict, p.exception_id, p.outcome, coalesce(p.debit_account, '') AS debit,
       coalesce(p.credit_account, '') AS credit, coalesce(p.amount_fen, e.amount_fen) AS amount_fen, p.reason,
       r.accounting_date::text AS proposed_on, p.proposed_by, coalesce(a.answer, 'waits') AS answer,
       coalesce(a.answered_by, '') AS answered_by, coalesce(b.accounting_date::text, '') AS answered_on,
       coalesce(a.reason, '') AS answer_reason
  FROM ledger.proposal AS p
  JOIN ledger.exception AS e USING (exception_id)
  JOIN ledger.verdict AS v USING (verdict)
  JOIN ledger.run AS r ON r.run_id = p.run_id
  LEFT JOIN ledger.answer AS a USING (proposal_id)
  LEFT JOIN ledger.run AS b ON b.run_id = a.run_id
 WHERE a.proposal_id IS NULL OR $1::boolean
 ORDER BY p.proposal_id
