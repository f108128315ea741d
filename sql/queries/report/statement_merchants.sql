-- Merchants that have statements, one row each: name and school as known now, number of periods, latest one.
SELECT lpad(m.merchant_no::text, 15, '0') AS merchant_no, m.name, coalesce(s.name, '') AS school_name, p.periods,
       p.latest
  FROM ref.merchant AS m
  CROSS JOIN LATERAL (SELECT count(DISTINCT x.period) AS periods, max(x.period) AS latest FROM ledger.statement AS x
                       WHERE x.merchant_no = m.merchant_no) AS p
  LEFT JOIN LATERAL (SELECT c.name FROM ref.school AS c
                      WHERE c.school_code = m.school_code AND c.superseded_run IS NULL
                      ORDER BY c.settlement_from DESC NULLS LAST LIMIT 1) AS s ON true
 WHERE m.superseded_run IS NULL AND p.periods > 0
 ORDER BY m.merchant_no
