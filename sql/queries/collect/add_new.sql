-- Registers the packages of a batch whose name and bytes are both new, and gives the positions (from 1) of the others.
-- $1 text: source; $2 text[]: names; $3 text[]: digests in hex; $4 bigint[]: sizes; $5 bigint[]: school codes;
-- $6 bigint[]: times in the names, seconds since 1970
WITH batch AS (
    SELECT b.name, decode(b.digest, 'hex') AS sha256, b.size_bytes, b.school_code, to_timestamp(b.made) AS made_at,
           b.position, row_number() OVER (PARTITION BY b.name ORDER BY b.position) AS of_name,
           row_number() OVER (PARTITION BY b.digest ORDER BY b.position) AS of_digest
    FROM unnest($2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[])
        WITH ORDINALITY AS b (name, digest, size_bytes, school_code, made, position)
), fresh AS (
    SELECT * FROM batch AS b
    WHERE b.of_name = 1 AND b.of_digest = 1
      AND NOT EXISTS (SELECT FROM ops.archive AS a WHERE a.name = b.name)
      AND NOT EXISTS (SELECT FROM ops.archive AS a WHERE a.sha256 = b.sha256)
      AND NOT EXISTS (SELECT FROM ops.archive_replaced AS r WHERE r.sha256 = b.sha256)
), added AS (
    INSERT INTO ops.archive (source, name, sha256, size_bytes, school_code, made_at)
    SELECT $1::text, f.name, f.sha256, f.size_bytes, f.school_code, f.made_at FROM fresh AS f ORDER BY f.made_at, f.name
    RETURNING sha256
)
SELECT b.position FROM batch AS b
WHERE b.position NOT IN (SELECT f.position FROM fresh AS f)
  AND (SELECT count(*) FROM added) >= 0
ORDER BY b.position
