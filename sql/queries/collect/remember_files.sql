-- Remembers what was fetched, so that it is not fetched again while its size and time stay.
-- $1 text: source; $2 text[]: paths; $3 bigint[]: sizes; $4 bigint[]: times of the server, seconds since 1970;
-- $5 text[]: digests in hex
INSERT INTO ops.source_file AS f (source, path, size_bytes, modified_at, sha256)
SELECT $1::text, b.path, b.size_bytes, b.modified_at, decode(b.digest, 'hex')
FROM unnest($2::text[], $3::bigint[], $4::bigint[], $5::text[]) AS b (path, size_bytes, modified_at, digest)
ORDER BY b.path
ON CONFLICT (source, path) DO UPDATE
SET size_bytes = excluded.size_bytes, modified_at = excluded.modified_at, sha256 = excluded.sha256,
    fetches = f.fetches + 1
