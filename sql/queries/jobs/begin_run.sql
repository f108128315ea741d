-- Writes the row of a run that begins and gives its number.
-- $1 text: job; $2 date or null: the day being closed
INSERT INTO ops.job_run (job, date) VALUES ($1::text, $2::date) RETURNING job_run_id
