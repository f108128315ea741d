-- The runs of a date, one row a job: its name and which of its runs on that date they are, as '1, 2'. Numbers of the
-- sequence are not shown: a run that was killed takes one and leaves nothing else.
-- $1 date: the accounting date
WITH run AS (
    SELECT r.job, r.run_id, row_number() OVER (PARTITION BY r.job ORDER BY r.run_id) AS ordinal
      FROM ledger.run AS r
     WHERE r.accounting_date = $1::date
)
SELECT job, string_agg(ordinal::text, ', ' ORDER BY ordinal) AS runs
  FROM run
 GROUP BY job
 ORDER BY min(run_id)
