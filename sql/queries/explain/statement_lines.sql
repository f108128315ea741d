-- The lines of a statement counted anew from the transfers that the runs before it posted, beside the sums that runs kept.
-- meal 5 is the fee. $1 bigint: merchant  $2 date and $3 date: from and to  $4 bigint: run of the statement
-- $5 integer, $6 integer, $7 integer: seconds of the day at which breakfast, lunch and supper end
WITH moved AS (
    SELECT t.accounting_date, t.kind, t.amount_fen,
           CASE WHEN t.kind = 14 THEN 5 ELSE 1 + (s.second >= $5::integer)::integer + (s.second >= $6::integer)::integer +
                (s.second >= $7::integer)::integer END AS meal,
           CASE WHEN t.kind = 14 AND t.credit_account LIKE '2004:%' THEN -t.amount_fen ELSE t.amount_fen END AS signed_fen
      FROM ledger.transfer AS t
     CROSS JOIN LATERAL (
        SELECT extract(epoch FROM (t.occurred_at AT TIME ZONE 'Asia/Shanghai')::time)::integer AS second) AS s
     WHERE t.accounting_date BETWEEN $2::date AND $3::date AND t.transfer_id < ($4::bigint + 1) << 40
       AND t.merchant_no = $1::bigint
       AND (t.kind = 2 AND t.credit_account LIKE '2004:%' OR t.kind = 3 AND t.debit_account LIKE '2004:%' OR t.kind = 14)
), counted AS (
    SELECT accounting_date, meal, count(*) AS transfers, count(*) FILTER (WHERE kind = 2) AS purchases,
           coalesce(sum(signed_fen) FILTER (WHERE kind = 2), 0) AS purchase_fen,
           count(*) FILTER (WHERE kind = 3) AS reversals, coalesce(sum(signed_fen) FILTER (WHERE kind = 3), 0) AS reversal_fen,
           coalesce(sum(signed_fen) FILTER (WHERE kind = 14), 0) AS fee_fen
      FROM moved GROUP BY accounting_date, meal
), kept AS (
    SELECT accounting_date, meal::integer AS meal, sum(purchases) AS purchases, sum(purchase_fen) AS purchase_fen,
           sum(reversals) AS reversals, sum(reversal_fen) AS reversal_fen, sum(held) AS held, sum(held_fen) AS held_fen,
           sum(late_fen) AS late_fen
      FROM ledger.merchant_meal
     WHERE merchant_no = $1::bigint AND accounting_date BETWEEN $2::date AND $3::date AND run_id <= $4::bigint
     GROUP BY accounting_date, meal
)
SELECT accounting_date::text, (ARRAY['breakfast', 'lunch', 'supper', 'night', 'all'])[meal] AS meal,
       coalesce(c.transfers, 0) AS transfers, coalesce(k.purchases, 0)::bigint AS purchases,
       coalesce(k.purchase_fen, 0)::bigint AS purchase_fen, coalesce(k.reversals, 0)::bigint AS reversals,
       coalesce(k.reversal_fen, 0)::bigint AS reversal_fen, coalesce(k.late_fen, 0)::bigint AS late_fen,
       coalesce(k.held, 0)::bigint AS held, coalesce(k.held_fen, 0)::bigint AS held_fen,
       coalesce(c.fee_fen, 0)::bigint AS fee_fen,
       meal = 5 OR (coalesce(k.purchases, 0), coalesce(k.purchase_fen, 0), coalesce(k.reversals, 0),
                    coalesce(k.reversal_fen, 0)) =
                   (coalesce(c.purchases, 0), coalesce(c.purchase_fen, 0), coalesce(c.reversals, 0),
                    coalesce(c.reversal_fen, 0)) AS agrees
  FROM counted AS c
  FULL JOIN kept AS k USING (accounting_date, meal)
 ORDER BY accounting_date, coalesce(c.meal, k.meal)
