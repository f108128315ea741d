-- Keeps the digest of a package that other bytes are about to replace.
-- $1 bigint: archive_id
INSERT INTO ops.archive_replaced (sha256, archive_id, size_bytes, received_at)
SELECT sha256, archive_id, size_bytes, received_at FROM ops.archive WHERE archive_id = $1::bigint
