-- Closes the open exceptions that pg_temp.run_closing names: breaks by their record, negative balances by their card.
-- $1 bigint run
INSERT INTO ledger.exception_closing (exception_id, run_id, reason)
SELECT e.exception_id, $1::bigint, CASE c.verdict WHEN 27 THEN 'balances meet' ELSE 'balance is not negative' END
  FROM pg_temp.run_closing AS c
  JOIN ledger.exception AS e ON e.card_no = c.card_no AND e.verdict = c.verdict
   AND (c.verdict = 28 OR e.record_id = c.record_id)
 WHERE e.verdict IN (27, 28)
   AND NOT EXISTS (SELECT FROM ledger.exception_closing AS x WHERE x.exception_id = e.exception_id)
