-- Has a refused file judged again by the next post. $1 bigint: package  $2 integer: file
INSERT INTO ops.archive_file_retry AS r (archive_id, file_no) VALUES ($1::bigint, $2::integer)
ON CONFLICT (archive_id, file_no) DO UPDATE SET state = 'collected', reason = NULL, run_id = NULL
 WHERE r.state = 'refused'
