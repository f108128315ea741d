-- The first date before a date that is not sealed and has figures of merchants, null when there is none. $1 date
SELECT min(accounting_date) FROM ledger.merchant_meal
 WHERE accounting_date > coalesce(ledger.last_sealed(), '-infinity') AND accounting_date < $1::date
