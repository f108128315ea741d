-- What is known of a package: whether its bytes were seen before, and the row of its name, locked so that no run
-- posts it meanwhile.
-- $1 text: name; $2 text: digest in hex
SELECT EXISTS (SELECT FROM ops.archive WHERE sha256 = decode($2::text, 'hex')) OR
       EXISTS (SELECT FROM ops.archive_replaced WHERE sha256 = decode($2::text, 'hex')) AS is_seen,
       a.archive_id, a.state
FROM (SELECT) AS one
LEFT JOIN LATERAL (
    SELECT archive_id, state FROM ops.archive
    WHERE name = $1::text AND reason IS DISTINCT FROM 'renamed_content'
    FOR UPDATE
) AS a ON true
