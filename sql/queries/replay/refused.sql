-- The files of a run's packages that were refused then and accepted later. $1 bigint: run
SELECT f.archive_id, f.file_no, f.reason
  FROM ops.archive_file AS f
  JOIN ops.archive_file_retry AS r USING (archive_id, file_no)
 WHERE f.run_id = $1::bigint AND f.reason IS NOT NULL AND r.state = 'posted'
 ORDER BY 1, 2
