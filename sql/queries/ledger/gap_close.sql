-- Closes the open gaps of the owners whose range is no longer missing as it was. $1 bigint run
INSERT INTO ledger.exception_closing (exception_id, run_id, reason)
SELECT e.exception_id, $1::bigint, 'the range has changed'
  FROM pg_temp.run_gap_owner AS o
  JOIN ledger.exception AS e ON e.verdict = 30 AND e.device_no = o.owner AND e.epoch = o.part
 WHERE NOT o.of_card
   AND NOT EXISTS (SELECT FROM ledger.exception_closing AS x WHERE x.exception_id = e.exception_id)
   AND NOT EXISTS (SELECT FROM pg_temp.run_gap AS g
                    WHERE NOT g.of_card AND g.owner = o.owner AND g.part = o.part AND g.first_number = e.device_seq
                      AND g.last_number = e.last_number)
UNION ALL
SELECT e.exception_id, $1::bigint, 'the range has changed'
  FROM pg_temp.run_gap_owner AS o
  JOIN ledger.exception AS e ON e.verdict = 31 AND e.card_no = o.owner AND e.is_online = (o.part = 1)
 WHERE o.of_card
   AND NOT EXISTS (SELECT FROM ledger.exception_closing AS x WHERE x.exception_id = e.exception_id)
   AND NOT EXISTS (SELECT FROM pg_temp.run_gap AS g
                    WHERE g.of_card AND g.owner = o.owner AND g.part = o.part AND g.first_number = e.counter
                      AND g.last_number = e.last_number)
