-- Packages in quarantine and refused files of posted ones that were not accepted since, the newest first, as daybook retry
-- takes them, and how many there are.
-- $1 bigint: not used here; $2 bigint: at most so many rows
WITH aside AS (
    SELECT a.made_at, a.name, a.reason, coalesce(a.detail, '') AS detail FROM ops.archive AS a WHERE a.state = 'quarantined'
     UNION ALL
    SELECT a.made_at, a.name || '/' || f.name, 'file_refused', coalesce(r.reason, f.reason)
      FROM ops.archive_file AS f
      JOIN ops.archive AS a USING (archive_id)
      LEFT JOIN ops.archive_file_retry AS r USING (archive_id, file_no)
     WHERE f.reason IS NOT NULL AND coalesce(r.state, 'refused') = 'refused'
)
SELECT name, reason, left(detail, 200), count(*) OVER ()
  FROM aside
 WHERE $1::bigint IS NOT NULL
 ORDER BY made_at DESC, name
 LIMIT $2::bigint
