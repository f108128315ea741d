-- The purchases that were found, by sequence, and whether each is reversed already.
SELECT p.device_no, p.epoch, p.device_seq, p.entry_id, p.accounting_date, p.card_no, p.amount_fen,
       v.purchase_id IS NOT NULL, coalesce(p.merchant_no, 0)
  FROM pg_temp.run_purchase AS p
  LEFT JOIN ledger.reversal AS v ON v.purchase_id = p.entry_id
 ORDER BY p.device_no, p.epoch, p.device_seq, p.entry_id
