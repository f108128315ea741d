-- Accepted purchases with own days in the 30 days up to the open date, of the devices whose gaps are at hand.
-- $1 date open date
SELECT o.device_no, s.purchases, s.purchase_fen
  FROM (SELECT DISTINCT owner::integer AS device_no FROM pg_temp.run_gap_owner WHERE NOT of_card) AS o
 CROSS JOIN LATERAL (
    SELECT sum(d.purchases)::bigint AS purchases, sum(d.purchase_fen)::bigint AS purchase_fen
      FROM ledger.device_day AS d
     WHERE d.device_no = o.device_no AND d.own_day > $1::date - 30 AND d.own_day <= $1::date
    OFFSET 0) AS s
 WHERE s.purchases > 0
 ORDER BY o.device_no
