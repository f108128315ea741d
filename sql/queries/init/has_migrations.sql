-- 1 where the table of migrations is, else 0.
SELECT (to_regclass('ops.migration') IS NOT NULL)::int::bigint
