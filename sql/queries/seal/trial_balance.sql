-- Debits less credits of all dates up to a date. $1 date
SELECT coalesce(sum(debit_fen) - sum(credit_fen), 0)::bigint FROM ledger.trial_delta WHERE accounting_date <= $1::date
