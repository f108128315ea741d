-- The newest editions of the statements whose period ends on a date, from after a merchant and period, csv in hex.
-- $1 date, $2 bigint merchant_no, $3 text period, $4 bigint at most so many
SELECT s.merchant_no, s.period, encode(s.csv, 'hex')
  FROM ledger.statement AS s
 WHERE s.to_date = $1::date AND (s.merchant_no, s.period) > ($2::bigint, $3::text)
   AND NOT EXISTS (SELECT FROM ledger.statement AS newer
                    WHERE newer.merchant_no = s.merchant_no AND newer.period = s.period AND newer.edition > s.edition)
 ORDER BY s.merchant_no, s.period LIMIT $4::bigint
