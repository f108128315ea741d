-- Positions (from 1) of the listed files that were not fetched with this size and time.
-- $1 text: source; $2 text[]: paths; $3 bigint[]: sizes; $4 bigint[]: times of the server, seconds since 1970
SELECT l.position
FROM unnest($2::text[], $3::bigint[], $4::bigint[]) WITH ORDINALITY AS l (path, size_bytes, modified_at, position)
LEFT JOIN ops.source_file AS f ON f.source = $1::text AND f.path = l.path
WHERE f.path IS NULL OR f.size_bytes <> l.size_bytes OR f.modified_at <> l.modified_at
ORDER BY l.position
