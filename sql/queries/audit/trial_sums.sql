-- Sums by date, run and code that are not those of the transfers. $1 date from, $2 date to (null: no limit)
WITH moved AS (
    SELECT t.accounting_date, t.transfer_id >> 40 AS run_id, left(side.account, 4)::smallint AS code,
           sum(side.debit_fen) AS debit_fen, sum(side.credit_fen) AS credit_fen
      FROM ledger.transfer AS t
     CROSS JOIN LATERAL (VALUES (t.debit_account, t.amount_fen, 0), (t.credit_account, 0, t.amount_fen))
           AS side (account, debit_fen, credit_fen)
     WHERE t.accounting_date BETWEEN coalesce($1::date, '-infinity') AND coalesce($2::date, 'infinity')
     GROUP BY t.accounting_date, t.transfer_id >> 40, left(side.account, 4)
), kept AS (
    SELECT accounting_date, run_id, code, debit_fen, credit_fen
      FROM ledger.trial_delta
     WHERE accounting_date BETWEEN coalesce($1::date, '-infinity') AND coalesce($2::date, 'infinity')
)
SELECT format('%s, run %s, code %s: the trial balance has debit %s and credit %s fen, the transfers make %s and %s',
              accounting_date, run_id, code, coalesce(k.debit_fen, 0), coalesce(k.credit_fen, 0),
              coalesce(m.debit_fen, 0), coalesce(m.credit_fen, 0)) AS finding
  FROM kept AS k
  FULL JOIN moved AS m USING (accounting_date, run_id, code)
 WHERE (coalesce(k.debit_fen, 0), coalesce(k.credit_fen, 0)) <> (coalesce(m.debit_fen, 0), coalesce(m.credit_fen, 0))
