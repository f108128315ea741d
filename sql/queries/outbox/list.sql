-- Files that wait to be sent to a source, in the order in which they were queued.
-- $1 text: source; $2 bigint: those after this one; $3 bigint: at most so many
SELECT outbox_id, folder, name, bytes FROM ops.outbox
WHERE state = 'queued' AND source = $1::text AND outbox_id > $2::bigint
ORDER BY outbox_id LIMIT $3::bigint
