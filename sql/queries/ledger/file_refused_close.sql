-- Closes the open file_refused of a file that was accepted after all. $1 bigint package, $2 integer file, $3 bigint run
INSERT INTO ledger.exception_closing (exception_id, run_id, reason)
SELECT e.exception_id, $3::bigint, 'the file was judged again'
  FROM ops.archive_file AS f
  JOIN ledger.exception AS e ON e.exception_id >= f.run_id << 28 AND e.exception_id < (f.run_id + 1) << 28
 WHERE f.archive_id = $1::bigint AND f.file_no = $2::integer
   AND e.verdict = 32 AND e.archive_id = $1::bigint AND e.file_no = $2::integer
   AND NOT EXISTS (SELECT FROM ledger.exception_closing AS x WHERE x.exception_id = e.exception_id)
