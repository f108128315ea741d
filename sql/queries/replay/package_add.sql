-- Lays a package down to be judged, under its own number. $1 bigint: number  $2 text: source  $3 text: name  $4 text: SHA-256
-- $5 bigint: size  $6 bigint: school  $7 timestamptz: made at
INSERT INTO ops.archive (archive_id, source, name, sha256, size_bytes, school_code, made_at) OVERRIDING SYSTEM VALUE
VALUES ($1::bigint, $2::text, $3::text, decode($4::text, 'hex'), $5::bigint, $6::bigint, $7::timestamptz)
