-- How the newest run of a job for a date stands, no row when it never ran. $1 text job, $2 date
SELECT status, message FROM ops.job_run WHERE job = $1::text AND date = $2::date ORDER BY job_run_id DESC LIMIT 1
