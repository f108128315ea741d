-- Notes a migration as applied.
-- $1 bigint: number; $2 text: name; $3 text: SHA-256 of its text in hex
INSERT INTO ops.migration (number, name, sha256) VALUES ($1::bigint, $2::text, $3::text)
