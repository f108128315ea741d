-- Queues a file of a class for the schools that it goes to, and gives their number without those where the name was
-- queued with other bytes. One that was sent before is looked after again.
-- $1 text: class; $2 boolean: the full list, else the delta; $3 text: name; $4 text: SHA-256 in hex; $5 bigint: version;
-- $6 bigint: run, null: none
WITH queued AS (
    INSERT INTO ops.outbox AS o (source, folder, name, sha256, is_ordered, run_id)
    SELECT source, lpad(school_code::text, 10, '0') || '/down', $3::text, decode($4::text, 'hex'), true, $6::bigint
      FROM pg_temp.list_target
     WHERE class = $1::text AND CASE WHEN $2::boolean THEN wants_full ELSE wants_delta END
     ORDER BY source, school_code
    ON CONFLICT (source, folder, name) DO UPDATE SET state = 'queued', message = NULL
     WHERE o.sha256 = excluded.sha256
    RETURNING o.source, o.folder, o.outbox_id
), based AS (
    INSERT INTO ops.list_base (source, school_code, class, version, outbox_id)
    SELECT source, left(folder, 10)::bigint, $1::text, $5::bigint, outbox_id FROM queued WHERE $2::boolean
    ON CONFLICT DO NOTHING
)
SELECT count(*) FROM queued
