-- The files of a package with what became of them in the end, in the order of its manifest. $1 bigint: package
SELECT f.name,
       CASE WHEN r.state = 'posted' THEN r.records ELSE f.records END, CASE WHEN r.state = 'posted' THEN r.posted ELSE f.posted END,
       CASE WHEN r.state = 'posted' THEN r.duplicate ELSE f.duplicate END,
       CASE WHEN r.state = 'posted' THEN r.held ELSE f.held END,
       CASE WHEN r.state = 'posted' THEN r.rejected ELSE f.rejected END,
       CASE WHEN r.state = 'posted' THEN r.amount_fen ELSE f.amount_fen END,
       CASE WHEN r.state = 'posted' THEN r.posted_fen ELSE f.posted_fen END,
       CASE WHEN r.state = 'posted' THEN '' ELSE coalesce(f.reason, '') END
  FROM ops.archive_file AS f
  LEFT JOIN ops.archive_file_retry AS r USING (archive_id, file_no)
 WHERE f.archive_id = $1::bigint
 ORDER BY f.file_no
