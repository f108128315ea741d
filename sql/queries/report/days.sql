-- Sales of each date up to the given one, one row a date, the oldest first; dates before the books began are left out.
-- $1 date: the last one  $2 bigint: how many
WITH day AS (
    SELECT generate_series(least($1::date, greatest($1::date - ($2::bigint - 1)::integer,
                                                    (SELECT min(r.accounting_date) FROM ledger.run AS r)))::timestamp,
                           $1::date::timestamp, '1 day')::date AS accounting_date
), sales AS (
    SELECT m.accounting_date, sum(m.purchases) AS purchases, sum(m.purchase_fen) AS purchase_fen,
           sum(m.reversals) AS reversals, sum(m.reversal_fen) AS reversal_fen, sum(m.late) AS late,
           sum(m.late_fen) AS late_fen, sum(m.held) AS held, sum(m.held_fen) AS held_fen
      FROM ledger.merchant_meal AS m
     WHERE m.accounting_date BETWEEN $1::date - ($2::bigint - 1)::integer AND $1::date
     GROUP BY m.accounting_date
), fee AS (
    SELECT f.accounting_date, sum(f.fee_fen) AS fee_fen
      FROM ledger.merchant_fee AS f
     WHERE f.accounting_date BETWEEN $1::date - ($2::bigint - 1)::integer AND $1::date
     GROUP BY f.accounting_date
)
SELECT d.accounting_date, coalesce(s.purchases, 0)::bigint AS purchases,
       coalesce(s.purchase_fen, 0)::bigint AS purchase_fen, coalesce(s.reversals, 0)::bigint AS reversals,
       coalesce(s.reversal_fen, 0)::bigint AS reversal_fen, coalesce(s.late, 0)::bigint AS late,
       coalesce(s.late_fen, 0)::bigint AS late_fen, coalesce(s.held, 0)::bigint AS held,
       coalesce(s.held_fen, 0)::bigint AS held_fen, coalesce(f.fee_fen, 0)::bigint AS fee_fen
  FROM day AS d
  LEFT JOIN sales AS s USING (accounting_date)
  LEFT JOIN fee AS f USING (accounting_date)
 ORDER BY d.accounting_date
