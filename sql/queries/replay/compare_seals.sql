-- Sealed days, one line each, in byte order.
COPY (
    SELECT x::text FROM (
        SELECT sealed_date, transfers, debit_fen FROM ledger.seal
    ) AS x
     ORDER BY x::text COLLATE "C"
) TO STDOUT (FORMAT binary)
