-- How many files wait to be sent to a source.
-- $1 text: source
SELECT count(*) FROM ops.outbox WHERE state = 'queued' AND source = $1::text
