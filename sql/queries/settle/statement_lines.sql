-- The figures of a cycle's merchants by date and meal, and the fee of each date (meal 5), for dates that have either.
-- $1 date from, $2 date to, both inclusive, $3 bigint first and $4 bigint last merchant_no, $5 text cycle
WITH sale AS (
    SELECT merchant_no, accounting_date, meal, sum(purchases)::bigint AS purchases,
           sum(purchase_fen)::bigint AS purchase_fen, sum(reversals)::bigint AS reversals,
           sum(reversal_fen)::bigint AS reversal_fen, sum(late_fen)::bigint AS late_fen,
           sum(held_fen)::bigint AS held_fen
      FROM ledger.merchant_meal
     WHERE accounting_date BETWEEN $1::date AND $2::date AND merchant_no BETWEEN $3::bigint AND $4::bigint
     GROUP BY merchant_no, accounting_date, meal
), shown AS (
    SELECT * FROM sale
     WHERE (purchases, purchase_fen, reversals, reversal_fen, late_fen, held_fen) <> (0, 0, 0, 0, 0, 0)
), fee AS (
    SELECT merchant_no, accounting_date, sum(fee_fen)::bigint AS fee_fen
      FROM ledger.merchant_fee
     WHERE accounting_date BETWEEN $1::date AND $2::date AND merchant_no BETWEEN $3::bigint AND $4::bigint
     GROUP BY merchant_no, accounting_date
), line AS (
    SELECT merchant_no, accounting_date, meal, purchases, purchase_fen, reversals, reversal_fen, late_fen, held_fen,
           0::bigint AS fee_fen
      FROM shown
     UNION ALL
    SELECT merchant_no, accounting_date, 5, 0, 0, 0, 0, 0, 0, coalesce(fee_fen, 0)
      FROM (SELECT DISTINCT merchant_no, accounting_date FROM shown) AS day
      FULL JOIN (SELECT * FROM fee WHERE fee_fen <> 0) AS charged USING (merchant_no, accounting_date)
)
SELECT merchant_no, accounting_date, meal, purchases, purchase_fen, reversals, reversal_fen, late_fen, held_fen, fee_fen
  FROM line
  JOIN ref.merchant AS m USING (merchant_no)
 WHERE m.superseded_run IS NULL AND m.cycle = $5::text
 ORDER BY merchant_no, accounting_date, meal
