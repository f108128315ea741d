-- Transfers of a kind that the job of their run does not post. $1 date from, $2 date to (null: no limit)
SELECT format('%s: %s transfers of kind "%s" belong to run %s, which is %s', t.accounting_date, t.transfers, k.name,
              t.run_id, coalesce('of "' || r.job || '"', 'not there')) AS finding
  FROM (SELECT accounting_date, transfer_id >> 40 AS run_id, kind, count(*) AS transfers
          FROM ledger.transfer
         WHERE accounting_date BETWEEN coalesce($1::date, '-infinity') AND coalesce($2::date, 'infinity')
         GROUP BY accounting_date, transfer_id >> 40, kind) AS t
  LEFT JOIN ledger.run AS r USING (run_id)
  LEFT JOIN ledger.transfer_kind AS k USING (kind)
 WHERE (r.job, k.name) IS NULL OR (r.job, k.name) NOT IN (('import', 'opening'),
        ('import', 'cash_topup'), ('import', 'cash_refund'), ('import', 'card_fee'), ('import', 'cash_to_bank'),
        ('import', 'subsidy_grant'), ('post', 'purchase'), ('post', 'load'), ('post', 'subsidy_draw'),
        ('post', 'reversal'), ('adjust', 'purchase'), ('adjust', 'load'), ('adjust', 'subsidy_draw'),
        ('adjust', 'reversal'), ('adjust', 'adjustment'),
        ('settle', 'subsidy_lapse'), ('settle', 'card_closed'), ('settle', 'card_replaced'), ('settle', 'merchant_fee'))
