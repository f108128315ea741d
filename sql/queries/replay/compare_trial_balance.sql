-- The trial balance, one line each, in byte order.
COPY (
    SELECT x::text FROM (
        SELECT * FROM api.trial_balance
    ) AS x
     ORDER BY x::text COLLATE "C"
) TO STDOUT (FORMAT binary)
