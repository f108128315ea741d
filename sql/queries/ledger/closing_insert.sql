-- Closes the open exceptions that pg_temp.run_closing names: gaps by their range, breaks by their record, negative
-- balances by their card. $1 bigint run
INSERT INTO ledger.exception_closing (exception_id, run_id, reason)
SELECT e.exception_id, $1::bigint, 'filled'
  FROM pg_temp.run_closing AS c
  JOIN ledger.exception AS e
    ON e.verdict = 30 AND e.device_no = c.device_no AND e.epoch = c.epoch AND e.device_seq = c.first_number
   AND e.last_number = c.last_number
 WHERE c.verdict = 30 AND NOT EXISTS (SELECT FROM ledger.exception_closing AS x WHERE x.exception_id = e.exception_id)
UNION ALL
SELECT e.exception_id, $1::bigint, 'filled'
  FROM pg_temp.run_closing AS c
  JOIN ledger.exception AS e
    ON e.verdict = 31 AND e.card_no = c.card_no AND e.is_online = c.is_online AND e.counter = c.first_number
   AND e.last_number = c.last_number
 WHERE c.verdict = 31 AND NOT EXISTS (SELECT FROM ledger.exception_closing AS x WHERE x.exception_id = e.exception_id)
UNION ALL
SELECT e.exception_id, $1::bigint, 'balances meet'
  FROM pg_temp.run_closing AS c
  JOIN ledger.exception AS e ON e.verdict = 27 AND e.card_no = c.card_no AND e.record_id = c.record_id
 WHERE c.verdict = 27 AND e.verdict IN (27, 28)
   AND NOT EXISTS (SELECT FROM ledger.exception_closing AS x WHERE x.exception_id = e.exception_id)
UNION ALL
SELECT e.exception_id, $1::bigint, 'balance is not negative'
  FROM pg_temp.run_closing AS c
  JOIN ledger.exception AS e ON e.verdict = 28 AND e.card_no = c.card_no
 WHERE c.verdict = 28 AND e.verdict IN (27, 28)
   AND NOT EXISTS (SELECT FROM ledger.exception_closing AS x WHERE x.exception_id = e.exception_id)
