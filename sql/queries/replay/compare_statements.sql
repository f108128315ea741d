-- Statements, one line each, in byte order.
COPY (
    SELECT x::text FROM (
        SELECT * FROM api.statement
    ) AS x
     ORDER BY x::text COLLATE "C"
) TO STDOUT (FORMAT binary)
