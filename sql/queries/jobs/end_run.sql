-- Writes how a run ended.
-- $1 bigint: job_run_id; $2 text: done, attention or failed; $3 jsonb: counts; $4 text: message
UPDATE ops.job_run SET ended_at = clock_timestamp(), status = $2::text, counts = $3::jsonb, message = $4::text
WHERE job_run_id = $1::bigint
