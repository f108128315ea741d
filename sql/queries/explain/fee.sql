-- The fee that a run booked for a merchant and date, and the merchant's terms as the run knew them. $1 bigint: run
-- $2 bigint: merchant  $3 date: accounting date
SELECT f.turnover_fen, f.fee_fen, m.fee_bps, m.fee_min_fen, m.fee_max_fen,
       (SELECT coalesce(sum(b.fee_fen), 0)::bigint FROM ledger.merchant_fee AS b
         WHERE b.merchant_no = f.merchant_no AND b.accounting_date = f.accounting_date AND b.run_id < f.run_id),
       m.name, i.kind, i.file_name, encode(i.sha256, 'hex'), m.line_number
  FROM ledger.merchant_fee AS f
  LEFT JOIN LATERAL (
    SELECT * FROM ref.merchant AS o
     WHERE o.merchant_no = f.merchant_no AND o.known_run < f.run_id ORDER BY o.known_run DESC LIMIT 1) AS m ON true
  LEFT JOIN ref.import AS i USING (import_id)
 WHERE f.run_id = $1::bigint AND f.merchant_no = $2::bigint AND f.accounting_date = $3::date
