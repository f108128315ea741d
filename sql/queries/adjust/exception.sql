-- What a correction must know of an exception, no row when there is none. is_money: its record was held and lies in
-- ledger.record. The proposal is the one that has no answer yet.
-- $1 bigint: exception
SELECT v.verdict, v.name, e.record_id, e.card_no, r.record_id IS NOT NULL AS is_money, d.outcome, c.run_id, c.reason,
       w.proposal_id, w.proposed_by
  FROM ledger.exception AS e
  JOIN ledger.verdict AS v USING (verdict)
  LEFT JOIN ledger.run AS held ON held.run_id = e.record_id >> 28
  LEFT JOIN ledger.record AS r ON r.judged_on = held.accounting_date AND r.record_id = e.record_id AND r.verdict < 10
  LEFT JOIN ledger.decision AS d ON d.record_id = e.record_id
  LEFT JOIN ledger.exception_closing AS c USING (exception_id)
  LEFT JOIN LATERAL (
    SELECT p.proposal_id, p.proposed_by
      FROM ledger.proposal AS p
     WHERE p.exception_id = e.exception_id
       AND NOT EXISTS (SELECT FROM ledger.answer AS a WHERE a.proposal_id = p.proposal_id)) AS w ON true
 WHERE e.exception_id = $1::bigint
