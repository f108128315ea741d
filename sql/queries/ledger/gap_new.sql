-- The places of the gaps that have no exception yet: none that is open, and none that two people have closed.
SELECT g.place
  FROM pg_temp.run_gap AS g
 WHERE NOT EXISTS (
        SELECT FROM ledger.exception AS e
         WHERE e.verdict = 30 AND NOT g.of_card AND e.device_no = g.owner AND e.epoch = g.part
           AND e.device_seq = g.first_number AND e.last_number = g.last_number
           AND NOT EXISTS (SELECT FROM ledger.exception_closing AS x
                            WHERE x.exception_id = e.exception_id AND x.proposal_id IS NULL))
   AND NOT EXISTS (
        SELECT FROM ledger.exception AS e
         WHERE e.verdict = 31 AND g.of_card AND e.card_no = g.owner AND e.is_online = (g.part = 1)
           AND e.counter = g.first_number AND e.last_number = g.last_number
           AND NOT EXISTS (SELECT FROM ledger.exception_closing AS x
                            WHERE x.exception_id = e.exception_id AND x.proposal_id IS NULL))
 ORDER BY g.place
