-- Sums by date, run and code that are not those of the transfers. $1 date from, $2 date to (null: no limit)
WITH pair AS (
    SELECT accounting_date, transfer_id >> 40 AS run_id, left(debit_account, 4) AS debit_code,
           left(credit_account, 4) AS credit_code, sum(amount_fen) AS fen
      FROM ledger.transfer
     WHERE accounting_date BETWEEN coalesce($1::date, '-infinity') AND coalesce($2::date, 'infinity')
     GROUP BY accounting_date, transfer_id >> 40, left(debit_account, 4), left(credit_account, 4)
), moved AS (
    SELECT accounting_date, run_id, side.code::smallint AS code, sum(side.debit_fen) AS debit_fen,
           sum(side.credit_fen) AS credit_fen
      FROM pair
     CROSS JOIN LATERAL (VALUES (debit_code, fen, 0), (credit_code, 0, fen)) AS side (code, debit_fen, credit_fen)
     GROUP BY accounting_date, run_id, side.code
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
