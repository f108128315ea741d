-- Queues a file to be sent; no row when the name is queued with other bytes, one when with the same.
-- $1 text: source; $2 text: folder; $3 text: name; $4 bytea: bytes; $5 bigint or null: run that caused it
INSERT INTO ops.outbox AS o (source, folder, name, bytes, run_id)
VALUES ($1::text, $2::text, $3::text, $4::bytea, $5::bigint)
ON CONFLICT (source, folder, name) DO UPDATE SET name = o.name WHERE o.bytes = excluded.bytes
