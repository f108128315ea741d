-- Figures of merchants by date and run that are not those of the transfers; held figures are in held_sums.sql.
-- $1 date from, $2 date to (null: no limit)
WITH moved AS (
    SELECT accounting_date, transfer_id >> 40 AS run_id, merchant_no,
           count(*) FILTER (WHERE kind = 2) AS purchases,
           coalesce(sum(amount_fen) FILTER (WHERE kind = 2), 0) AS purchase_fen,
           count(*) FILTER (WHERE kind = 3) AS reversals,
           coalesce(sum(amount_fen) FILTER (WHERE kind = 3), 0) AS reversal_fen,
           count(*) FILTER (WHERE kind = 2 AND is_late) AS late,
           coalesce(sum(amount_fen) FILTER (WHERE kind = 2 AND is_late), 0) AS late_fen
      FROM (SELECT *, (occurred_at AT TIME ZONE 'Asia/Shanghai')::date < accounting_date AS is_late
              FROM ledger.transfer
             WHERE accounting_date BETWEEN coalesce($1::date, '-infinity') AND coalesce($2::date, 'infinity')
               AND ((kind = 2 AND credit_account LIKE '2004:%') OR (kind = 3 AND debit_account LIKE '2004:%'))) AS t
     GROUP BY accounting_date, transfer_id >> 40, merchant_no
), kept AS (
    SELECT accounting_date, run_id, merchant_no, sum(purchases) AS purchases, sum(purchase_fen) AS purchase_fen,
           sum(reversals) AS reversals, sum(reversal_fen) AS reversal_fen, sum(late) AS late, sum(late_fen) AS late_fen
      FROM ledger.merchant_meal
     WHERE accounting_date BETWEEN coalesce($1::date, '-infinity') AND coalesce($2::date, 'infinity')
     GROUP BY accounting_date, run_id, merchant_no
    HAVING (sum(purchases), sum(purchase_fen), sum(reversals), sum(reversal_fen), sum(late), sum(late_fen)) <>
           (0, 0, 0, 0, 0, 0)
)
SELECT format('%s, run %s, merchant "%s": its figures are %s purchases of %s fen, %s reversals of %s and %s late '
              'of %s, the transfers make %s of %s, %s of %s and %s of %s', accounting_date, run_id, api.pad(merchant_no, 15),
              coalesce(k.purchases, 0), coalesce(k.purchase_fen, 0), coalesce(k.reversals, 0),
              coalesce(k.reversal_fen, 0), coalesce(k.late, 0), coalesce(k.late_fen, 0), coalesce(m.purchases, 0),
              coalesce(m.purchase_fen, 0), coalesce(m.reversals, 0), coalesce(m.reversal_fen, 0), coalesce(m.late, 0),
              coalesce(m.late_fen, 0)) AS finding
  FROM kept AS k
  FULL JOIN moved AS m USING (accounting_date, run_id, merchant_no)
 WHERE (k.purchases, k.purchase_fen, k.reversals, k.reversal_fen, k.late, k.late_fen) IS DISTINCT FROM
       (m.purchases, m.purchase_fen, m.reversals, m.reversal_fen, m.late, m.late_fen)
