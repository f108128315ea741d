-- Closes the open exceptions that pg_temp.run_closing names. $1 bigint run
INSERT INTO ledger.exception_closing (exception_id, run_id, reason)
SELECT e.exception_id, $1::bigint, c.reason
  FROM pg_temp.run_closing AS c
  JOIN ledger.exception AS e ON e.card_no = c.card_no AND e.verdict = c.verdict AND e.record_id = c.record_id
 WHERE e.verdict IN (7, 8, 27) AND c.record_id IS NOT NULL
   AND NOT EXISTS (SELECT FROM ledger.exception_closing AS x WHERE x.exception_id = e.exception_id)
UNION ALL
SELECT e.exception_id, $1::bigint, c.reason
  FROM pg_temp.run_closing AS c
  JOIN ledger.exception AS e ON e.card_no = c.card_no AND e.verdict = c.verdict
 WHERE e.verdict = 28 AND c.record_id IS NULL
   AND NOT EXISTS (SELECT FROM ledger.exception_closing AS x WHERE x.exception_id = e.exception_id)
UNION ALL
SELECT e.exception_id, $1::bigint, c.reason
  FROM pg_temp.run_closing AS c
  JOIN ledger.exception AS e ON e.device_no = c.device_no AND e.verdict = c.verdict
 WHERE e.verdict = 33
   AND NOT EXISTS (SELECT FROM ledger.exception_closing AS x WHERE x.exception_id = e.exception_id)
