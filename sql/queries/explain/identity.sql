-- A record without money by its place, no row when it was not stored. $1 bigint: package  $2 integer: file
-- $3 integer: record  $4 bigint: run  $5 date: of the run
SELECT i.record_id, v.name, i.digest
  FROM ledger.identity AS i
  JOIN ledger.verdict AS v USING (verdict)
 WHERE i.judged_on = $5::date AND i.record_id >= $4::bigint << 28 AND i.record_id < ($4::bigint + 1) << 28
   AND i.archive_id = $1::bigint AND i.file_no = $2::integer AND i.record_no = $3::integer
