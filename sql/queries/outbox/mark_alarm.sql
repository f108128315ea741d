-- Marks a file that cannot be sent because its name is taken by other bytes.
-- $1 bigint: outbox_id; $2 text: what was found
UPDATE ops.outbox SET state = 'alarm', message = $2::text WHERE outbox_id = $1::bigint
