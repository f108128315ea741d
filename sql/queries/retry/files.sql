-- Refused files of posted packages by name with or without logs/, of one package or of all, and what became of them since.
-- $1 bigint: package, 0: all  $2 text: name, null: all
SELECT f.archive_id, a.name, f.file_no, f.name, coalesce(r.state, 'refused')
  FROM ops.archive_file AS f
  JOIN ops.archive AS a USING (archive_id)
  LEFT JOIN ops.archive_file_retry AS r USING (archive_id, file_no)
 WHERE f.reason IS NOT NULL AND ($1::bigint = 0 OR f.archive_id = $1::bigint)
   AND ($2::text IS NULL OR f.name IN ($2::text, 'logs/' || $2::text))
 ORDER BY a.made_at, a.name COLLATE "C", f.file_no
