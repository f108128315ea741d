-- Corrections as they stood at the end of a date: those proposed or answered by its runs, and those that waited for a second
-- person then. Those that wait come first.
-- $1 date: the accounting date  $2 bigint: at most so many
WITH run AS (
    SELECT run_id, accounting_date FROM ledger.run WHERE accounting_date <= $1::date
), answer AS (
    SELECT a.*, b.accounting_date FROM ledger.answer AS a JOIN run AS b USING (run_id)
)
SELECT p.proposal_id, v.name AS verdict, p.outcome, coalesce(p.debit_account, '') AS debit_account,
       coalesce(p.credit_account, '') AS credit_account, coalesce(p.amount_fen, e.amount_fen, 0) AS amount_fen, p.reason,
       r.accounting_date, p.proposed_by, coalesce(a.answer, 'waits') AS answer, coalesce(a.answered_by, '') AS answered_by,
       count(*) OVER () AS all_rows, count(*) FILTER (WHERE a.proposal_id IS NULL) OVER () AS waiting
  FROM run AS r
  JOIN ledger.proposal AS p USING (run_id)
  JOIN ledger.exception AS e USING (exception_id)
  JOIN ledger.verdict AS v USING (verdict)
  LEFT JOIN answer AS a USING (proposal_id)
 WHERE r.accounting_date = $1::date OR a.accounting_date = $1::date OR a.proposal_id IS NULL
 ORDER BY a.proposal_id IS NOT NULL, p.proposal_id
 LIMIT $2::bigint
