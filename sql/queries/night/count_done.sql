-- How many runs of a job for a date have ended well.
-- $1 text: job; $2 date: the day that was closed
SELECT count(*) FROM ops.job_run WHERE job = $1::text AND date = $2::date AND status IN ('done', 'attention')
