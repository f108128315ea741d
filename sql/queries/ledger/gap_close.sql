-- Closes the open gaps of the owners whose range is no longer missing as it was. Of an owner only the exceptions are looked
-- at that begin where its ranges changed: most are closed long since. $1 bigint run
INSERT INTO ledger.exception_closing (exception_id, run_id, reason)
SELECT e.exception_id, $1::bigint, 'the range has changed'
  FROM pg_temp.run_gap_owner AS o
 CROSS JOIN LATERAL (
    SELECT e.exception_id, e.device_seq AS first_number, e.last_number
      FROM ledger.exception AS e
     WHERE NOT o.of_card AND e.verdict = 30 AND e.device_no = o.owner::integer AND e.epoch = o.part
       AND e.device_seq BETWEEN o.from_number AND o.to_number
       AND NOT EXISTS (SELECT FROM ledger.exception_closing AS x WHERE x.exception_id = e.exception_id)
     UNION ALL
    SELECT e.exception_id, e.counter, e.last_number
      FROM ledger.exception AS e
     WHERE o.of_card AND e.verdict = 31 AND e.card_no = o.owner AND e.is_online = (o.part = 1)
       AND e.counter BETWEEN o.from_number AND o.to_number
       AND NOT EXISTS (SELECT FROM ledger.exception_closing AS x WHERE x.exception_id = e.exception_id)
    OFFSET 0) AS e
 WHERE NOT EXISTS (SELECT FROM pg_temp.run_gap AS g
                    WHERE g.of_card = o.of_card AND g.owner = o.owner AND g.part = o.part
                      AND g.first_number = e.first_number AND g.last_number = e.last_number)
