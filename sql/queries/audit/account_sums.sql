-- Sums by date, run and account (card purses apart) that are not those of the transfers.
-- $1 date from, $2 date to (null: no limit)
WITH side AS (
    SELECT accounting_date, transfer_id >> 40 AS run_id, debit_account AS account, sum(amount_fen) AS debit_fen,
           0 AS credit_fen
      FROM ledger.transfer
     WHERE accounting_date BETWEEN coalesce($1::date, '-infinity') AND coalesce($2::date, 'infinity')
       AND left(debit_account, 5) <> '2001:'
     GROUP BY accounting_date, transfer_id >> 40, debit_account
     UNION ALL
    SELECT accounting_date, transfer_id >> 40, credit_account, 0, sum(amount_fen)
      FROM ledger.transfer
     WHERE accounting_date BETWEEN coalesce($1::date, '-infinity') AND coalesce($2::date, 'infinity')
       AND left(credit_account, 5) <> '2001:'
     GROUP BY accounting_date, transfer_id >> 40, credit_account
), moved AS (
    SELECT accounting_date, run_id, account, sum(debit_fen) AS debit_fen, sum(credit_fen) AS credit_fen
      FROM side GROUP BY accounting_date, run_id, account
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
