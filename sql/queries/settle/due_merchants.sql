-- The next merchants of a cycle, with the newest edition of a period's statement where there is one.
-- $1 text cycle, $2 bigint after this merchant_no, $3 bigint at most so many, $4 text period
SELECT m.merchant_no, s.edition, encode(s.sha256, 'hex')
  FROM ref.merchant AS m
  LEFT JOIN LATERAL (SELECT edition, sha256 FROM ledger.statement
                      WHERE merchant_no = m.merchant_no AND period = $4::text
                      ORDER BY edition DESC LIMIT 1) AS s ON true
 WHERE m.superseded_run IS NULL AND m.cycle = $1::text AND m.merchant_no > $2::bigint
 ORDER BY m.merchant_no LIMIT $3::bigint
