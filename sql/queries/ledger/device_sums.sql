-- Accepted purchases by device with own days in the 30 days up to the open date. $1 date open date
SELECT device_no, sum(purchases)::bigint, sum(purchase_fen)::bigint
  FROM ledger.device_day
 WHERE own_day > $1::date - 30 AND own_day <= $1::date
 GROUP BY device_no
 ORDER BY device_no
