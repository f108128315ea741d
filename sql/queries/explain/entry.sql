-- The transfers of an entry. $1 bigint: entry
SELECT t.transfer_id, t.accounting_date::text, to_char(t.occurred_at, 'YYYY-MM-DD HH24:MI:SS'), t.debit_account,
       t.credit_account, t.amount_fen, k.name, lpad(t.school_code::text, 10, '0'), t.reverses
  FROM ledger.run AS r
  JOIN ledger.transfer AS t ON t.accounting_date >= r.accounting_date AND t.transfer_id >= $1::bigint << 12
   AND t.transfer_id < ($1::bigint + 1) << 12
  JOIN ledger.transfer_kind AS k USING (kind)
 WHERE r.run_id = $1::bigint >> 28
 ORDER BY t.transfer_id
