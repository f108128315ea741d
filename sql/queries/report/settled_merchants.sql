-- Merchants with a statement that ends on a date, by number: those whose folders the night has touched.
-- $1 date: the last day of the period  $2 bigint: merchants after this one  $3 bigint: at most so many
SELECT DISTINCT s.merchant_no, coalesce(m.name, '') AS name
  FROM ledger.statement AS s
  LEFT JOIN ref.merchant AS m ON m.merchant_no = s.merchant_no AND m.superseded_run IS NULL
 WHERE s.to_date = $1::date AND s.merchant_no > $2::bigint
 ORDER BY s.merchant_no
 LIMIT $3::bigint
