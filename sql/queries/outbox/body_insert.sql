-- Adds bytes that go to many places, unless they are there; its pieces follow.
-- $1 text: SHA-256 in hex; $2 bigint: size
INSERT INTO ops.outbox_body (sha256, size_bytes) VALUES (decode($1::text, 'hex'), $2::bigint) ON CONFLICT DO NOTHING
