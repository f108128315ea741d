-- Figures of merchants by date, one line each, in byte order.
COPY (
    SELECT x::text FROM (
        SELECT * FROM api.merchant_day
    ) AS x
     ORDER BY x::text COLLATE "C"
) TO STDOUT (FORMAT binary)
