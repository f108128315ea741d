-- Closes the open exceptions that pg_temp.run_closing names. $1 bigint run
INSERT INTO ledger.exception_closing (exception_id, run_id, reason)
SELECT e.exception_id, $1::bigint, c.reason
  FROM pg_temp.run_closing AS c
  JOIN ledger.exception AS e ON e.card_no = c.card_no AND e.verdict = c.verdict
   AND (c.record_id IS NULL OR e.record_id = c.record_id)
 WHERE e.verdict IN (7, 8, 27, 28)
   AND NOT EXISTS (SELECT FROM ledger.exception_closing AS x WHERE x.exception_id = e.exception_id)
UNION ALL
SELECT e.exception_id, $1::bigint, c.reason
  FROM pg_temp.run_closing AS c
  JOIN ledger.exception AS e ON e.device_no = c.device_no AND e.verdict = c.verdict
 WHERE e.verdict = 33
   AND NOT EXISTS (SELECT FROM ledger.exception_closing AS x WHERE x.exception_id = e.exception_id)
