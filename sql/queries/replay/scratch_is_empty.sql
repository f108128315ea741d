-- Whether the database has none of our schemas yet, as 1 or 0.
SELECT (to_regnamespace('ledger') IS NULL AND to_regnamespace('ops') IS NULL)::integer
