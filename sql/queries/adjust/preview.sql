-- The transfers of a run. $1 bigint: run
SELECT t.debit_account, t.credit_account, t.amount_fen, k.name, t.accounting_date::text, t.school_code
  FROM ledger.run AS r
  JOIN ledger.transfer AS t ON t.accounting_date >= r.accounting_date
   AND t.transfer_id >= r.run_id << 40 AND t.transfer_id < (r.run_id + 1) << 40
  JOIN ledger.transfer_kind AS k USING (kind)
 WHERE r.run_id = $1::bigint
 ORDER BY t.transfer_id
