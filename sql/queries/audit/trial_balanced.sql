-- Dates and runs whose debits are not their credits. $1 date from, $2 date to (null: no limit)
SELECT format('%s, run %s: debit %s and credit %s fen are not equal', accounting_date, run_id, sum(debit_fen),
              sum(credit_fen)) AS finding
  FROM ledger.trial_delta
 WHERE accounting_date BETWEEN coalesce($1::date, '-infinity') AND coalesce($2::date, 'infinity')
 GROUP BY accounting_date, run_id
HAVING sum(debit_fen) <> sum(credit_fen)
