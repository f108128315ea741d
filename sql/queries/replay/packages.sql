-- The packages that a run posted. $1 bigint: run
SELECT archive_id, source, name, encode(sha256, 'hex'), size_bytes, school_code, made_at::text
  FROM ops.archive
 WHERE run_id = $1::bigint AND state = 'posted'
 ORDER BY archive_id
