-- The runs of a date, one row a job: its name and the numbers of its runs.
-- $1 date: the accounting date
SELECT r.job, string_agg(r.run_id::text, ', ' ORDER BY r.run_id) AS runs
  FROM ledger.run AS r
 WHERE r.accounting_date = $1::date
 GROUP BY r.job
 ORDER BY min(r.run_id)
