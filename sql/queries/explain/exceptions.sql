-- The exceptions about a place in a file, of whatever run, with how they closed. $1 bigint: package  $2 integer: file
-- $3 integer: record
SELECT e.exception_id, v.name, CASE WHEN c.exception_id IS NULL THEN 'open' ELSE 'closed' END, e.amount_fen, e.detail,
       c.reason, p.proposed_by, w.answered_by
  FROM ledger.exception AS e
  JOIN ledger.verdict AS v USING (verdict)
  LEFT JOIN ledger.exception_closing AS c USING (exception_id)
  LEFT JOIN ledger.proposal AS p ON p.proposal_id = c.proposal_id
  LEFT JOIN ledger.answer AS w ON w.proposal_id = c.proposal_id
 WHERE e.archive_id = $1::bigint AND e.file_no = $2::integer AND e.record_no = $3::integer
 ORDER BY e.exception_id
