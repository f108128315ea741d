-- Sums by date, run and account (card purses apart) that are not those of the transfers.
-- $1 date from, $2 date to (null: no limit)
WITH moved AS (
    SELECT t.accounting_date, t.transfer_id >> 40 AS run_id, side.account,
           sum(side.debit_fen) AS debit_fen, sum(side.credit_fen) AS credit_fen
      FROM ledger.transfer AS t
     CROSS JOIN LATERAL (VALUES (t.debit_account, t.amount_fen, 0), (t.credit_account, 0, t.amount_fen))
           AS side (account, debit_fen, credit_fen)
     WHERE t.accounting_date BETWEEN coalesce($1::date, '-infinity') AND coalesce($2::date, 'infinity')
       AND left(side.account, 5) <> '2001:'
     GROUP BY t.accounting_date, t.transfer_id >> 40, side.account
), kept AS (
    SELECT accounting_date, run_id, account, debit_fen, credit_fen
      FROM ledger.account_delta
     WHERE accounting_date BETWEEN coalesce($1::date, '-infinity') AND coalesce($2::date, 'infinity')
)
SELECT format('%s, run %s, account "%s": its sums are debit %s and credit %s fen, the transfers make %s and %s',
              accounting_date, run_id, account, coalesce(k.debit_fen, 0), coalesce(k.credit_fen, 0),
              coalesce(m.debit_fen, 0), coalesce(m.credit_fen, 0)) AS finding
  FROM kept AS k
  FULL JOIN moved AS m USING (accounting_date, run_id, account)
 WHERE (coalesce(k.debit_fen, 0), coalesce(k.credit_fen, 0)) <> (coalesce(m.debit_fen, 0), coalesce(m.credit_fen, 0))
