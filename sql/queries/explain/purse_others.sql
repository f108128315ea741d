-- What else moved a card's purse than records and its opening: transfers of the runs of other jobs. $1 bigint: card
SELECT t.transfer_id, t.accounting_date::text, k.name, t.debit_account, t.credit_account,
       CASE WHEN t.credit_account = '2001:' || api.pad($1::bigint, 18) THEN t.amount_fen ELSE -t.amount_fen END AS fen
  FROM ledger.run AS r
  JOIN ledger.transfer AS t ON t.accounting_date >= r.accounting_date AND t.transfer_id >= r.run_id << 40
   AND t.transfer_id < (r.run_id + 1) << 40
  JOIN ledger.transfer_kind AS k USING (kind)
 WHERE r.job <> 'post' AND t.kind NOT IN (2, 3, 4, 6)
   AND ('2001:' || api.pad($1::bigint, 18)) IN (t.debit_account, t.credit_account)
 ORDER BY t.transfer_id
