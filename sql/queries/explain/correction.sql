-- The proposal that a run carried out. $1 bigint: run
SELECT p.proposal_id, p.exception_id, v.name, p.outcome, p.reason, m.meaning, p.proposed_by, r.accounting_date::text,
       a.answered_by, e.detail
  FROM ledger.answer AS a
  JOIN ledger.proposal AS p USING (proposal_id)
  JOIN ledger.correction_reason AS m ON m.reason = p.reason
  JOIN ledger.exception AS e USING (exception_id)
  JOIN ledger.verdict AS v USING (verdict)
  JOIN ledger.run AS r ON r.run_id = p.run_id
 WHERE a.run_id = $1::bigint AND a.answer = 'approved'
