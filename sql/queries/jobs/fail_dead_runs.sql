-- Ends the rows of runs that were killed; called under the lock that such a run held.
-- $1 text: job; $2 date or null: its date; $3 boolean: the lock is for all dates
UPDATE ops.job_run
SET status = 'failed', ended_at = clock_timestamp(), message = 'the run ended without a word: killed, or the machine stopped'
WHERE job = $1::text AND status = 'running' AND ($3::boolean OR date IS NOT DISTINCT FROM $2::date)
