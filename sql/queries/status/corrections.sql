-- Proposed corrections that wait for a second person, the oldest first.
SELECT p.proposal_id::text, v.name, p.outcome, coalesce(p.amount_fen, e.amount_fen), p.reason, p.proposed_by
FROM ledger.proposal AS p JOIN ledger.exception AS e USING (exception_id) JOIN ledger.verdict AS v USING (verdict)
WHERE NOT EXISTS (SELECT FROM ledger.answer AS a WHERE a.proposal_id = p.proposal_id)
ORDER BY p.proposal_id
