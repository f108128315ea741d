-- What each account moved on each date, one line each, in byte order.
COPY (
    SELECT x::text FROM (
        SELECT accounting_date, account, sum(debit_fen), sum(credit_fen) FROM ledger.account_delta
         GROUP BY accounting_date, account
    ) AS x
     ORDER BY x::text COLLATE "C"
) TO STDOUT (FORMAT binary)
