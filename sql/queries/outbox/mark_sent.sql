-- Marks files as sent; sent_at is the first time.
-- $1 bigint[]: outbox_id
UPDATE ops.outbox SET state = 'sent', sent_at = coalesce(sent_at, clock_timestamp()), message = NULL
WHERE outbox_id = ANY ($1::bigint[]) AND state = 'queued'
