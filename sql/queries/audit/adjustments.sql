-- Corrections that did not do what two people agreed on, or that nobody did (RULES.md P-16): an approval moves exactly its
-- money, decides its held record, and closes its exception in its run; a refusal does nothing; nothing else does any of it.
-- $1 date from, $2 date to of the runs (null: no limit)
WITH approved AS (
    SELECT p.proposal_id, p.exception_id, p.outcome, p.debit_account, p.credit_account, p.amount_fen, a.run_id,
           e.record_id
      FROM ledger.answer AS a
      JOIN ledger.proposal AS p USING (proposal_id)
      JOIN ledger.exception AS e USING (exception_id)
      JOIN ledger.run AS r ON r.run_id = a.run_id
     WHERE a.answer = 'approved'
       AND r.accounting_date BETWEEN coalesce($1::date, '-infinity') AND coalesce($2::date, 'infinity')
), leg AS (
    SELECT t.transfer_id >> 40 AS run_id, t.transfer_id & 4095 AS leg, t.debit_account, t.credit_account, t.amount_fen
      FROM ledger.transfer AS t
      JOIN ledger.run AS r ON r.run_id = t.transfer_id >> 40
     WHERE t.kind = 20 AND t.accounting_date >= coalesce($1::date, '-infinity')
       AND r.accounting_date BETWEEN coalesce($1::date, '-infinity') AND coalesce($2::date, 'infinity')
), entry AS (
    SELECT run_id, (array_agg(debit_account ORDER BY leg))[1] AS debit_account,
           (array_agg(credit_account ORDER BY leg DESC))[1] AS credit_account, min(amount_fen) AS amount_fen,
           count(*) > 2 OR min(amount_fen) <> max(amount_fen) OR
           count(*) = 2 AND ((array_agg(credit_account ORDER BY leg))[1] NOT LIKE '1221:%' OR
                             (array_agg(debit_account ORDER BY leg DESC))[1] NOT LIKE '1221:%') AS is_wrong
      FROM leg GROUP BY run_id
)
SELECT CASE WHEN a.proposal_id IS NULL THEN format('run %s moves money by adjustment and nobody approved it', t.run_id)
            WHEN t.run_id IS NULL THEN format('proposal %s was approved and its money not moved', a.proposal_id)
            ELSE format('proposal %s was approved for %s fen from "%s" to "%s", run %s moves %s from "%s" to "%s"',
                        a.proposal_id, a.amount_fen, a.debit_account, a.credit_account, t.run_id, t.amount_fen,
                        t.debit_account, t.credit_account) END AS finding
  FROM (SELECT * FROM approved WHERE outcome = 'transfer') AS a
  FULL JOIN entry AS t USING (run_id)
 WHERE a.proposal_id IS NULL OR t.run_id IS NULL OR t.is_wrong
    OR (a.debit_account, a.credit_account, a.amount_fen) <> (t.debit_account, t.credit_account, t.amount_fen)
UNION ALL
SELECT format('proposal %s was approved in run %s and its exception %s', a.proposal_id, a.run_id,
              coalesce('closed by run ' || c.run_id, 'is open'))
  FROM approved AS a
  LEFT JOIN ledger.exception_closing AS c USING (exception_id)
 WHERE (c.run_id, c.proposal_id) IS DISTINCT FROM (a.run_id, a.proposal_id)
UNION ALL
SELECT format('proposal %s closes an exception and was not approved', c.proposal_id)
  FROM ledger.exception_closing AS c
 WHERE c.proposal_id IS NOT NULL
   AND NOT EXISTS (SELECT FROM ledger.answer AS a WHERE a.proposal_id = c.proposal_id AND a.answer = 'approved')
UNION ALL
SELECT format('proposal %s was approved (%s) and its record %s is %s', a.proposal_id, a.outcome, a.record_id,
              coalesce('"' || d.outcome || '"', 'not decided'))
  FROM approved AS a
  JOIN ledger.run AS held ON held.run_id = a.record_id >> 28
  JOIN ledger.record AS r ON r.judged_on = held.accounting_date AND r.record_id = a.record_id AND r.verdict < 10
  LEFT JOIN ledger.decision AS d ON d.record_id = a.record_id
 WHERE (d.run_id, d.outcome) IS DISTINCT FROM
       (a.run_id, CASE a.outcome WHEN 'post' THEN 'posted' ELSE 'void' END)
