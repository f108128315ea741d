-- The last run of each job.
SELECT job, date::text, to_char(started_at, 'YYYY-MM-DD HH24:MI:SS'),
       extract(epoch FROM coalesce(ended_at, clock_timestamp()) - started_at)::bigint, status, left(message, 200)
FROM (SELECT DISTINCT ON (job) * FROM ops.job_run ORDER BY job, job_run_id DESC) AS r
ORDER BY job_run_id
