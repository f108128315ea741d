-- The places of the gaps that have no exception yet: none that is open, and none that two people have closed.
SELECT g.place
  FROM pg_temp.run_gap AS g
 CROSS JOIN LATERAL (
    SELECT EXISTS (
            SELECT FROM ledger.exception AS e
             WHERE NOT g.of_card AND e.verdict = 30 AND e.device_no = g.owner::integer AND e.epoch = g.part
               AND e.device_seq = g.first_number AND e.last_number = g.last_number
               AND NOT EXISTS (SELECT FROM ledger.exception_closing AS x
                                WHERE x.exception_id = e.exception_id AND x.proposal_id IS NULL)
             UNION ALL
            SELECT FROM ledger.exception AS e
             WHERE g.of_card AND e.verdict = 31 AND e.card_no = g.owner AND e.is_online = (g.part = 1)
               AND e.counter = g.first_number AND e.last_number = g.last_number
               AND NOT EXISTS (SELECT FROM ledger.exception_closing AS x
                                WHERE x.exception_id = e.exception_id AND x.proposal_id IS NULL)) AS is_known
    OFFSET 0) AS k
 WHERE NOT k.is_known
 ORDER BY g.place
