-- The open exceptions of a card. $1 bigint: card
SELECT e.exception_id, v.name, e.amount_fen, e.accounting_date::text, e.detail, w.proposal_id
  FROM ledger.exception AS e
  JOIN ledger.verdict AS v USING (verdict)
  LEFT JOIN LATERAL (
    SELECT p.proposal_id FROM ledger.proposal AS p
     WHERE p.exception_id = e.exception_id
       AND NOT EXISTS (SELECT FROM ledger.answer AS a WHERE a.proposal_id = p.proposal_id)) AS w ON true
 WHERE e.card_no = $1::bigint
   AND NOT EXISTS (SELECT FROM ledger.exception_closing AS c WHERE c.exception_id = e.exception_id)
 ORDER BY e.exception_id
