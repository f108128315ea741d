-- 1 where a held record waits to be asked again, else 0.
SELECT EXISTS (SELECT FROM ledger.waiting)::integer
