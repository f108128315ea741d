-- The refused files that a run judged again and accepted. $1 bigint: run
SELECT archive_id, file_no FROM ops.archive_file_retry WHERE run_id = $1::bigint AND state = 'posted' ORDER BY 1, 2
