-- Every record in the books of a device's sequence, in the order in which they were judged, and what was decided of them.
-- $1 integer: device  $2 integer: epoch  $3 bigint: sequence
SELECT r.record_id, r.archive_id, r.file_no, r.record_no, a.name AS archive, f.name AS file, r.digest, v.name AS verdict,
       r.flags, lpad(r.merchant_no::text, 15, '0'), r.accounting_date::text, r.judged_on::text, r.record_id >> 28 AS run_id,
       n.job, r.decides, d.outcome, d.posted_id, d.reason, d.run_id AS decided_run, w.accounting_date::text AS decided_on
  FROM ledger.record AS r
  JOIN ledger.verdict AS v USING (verdict)
  JOIN ops.archive AS a USING (archive_id)
  JOIN ledger.run AS n ON n.run_id = r.record_id >> 28
  LEFT JOIN ops.archive_file AS f ON f.archive_id = r.archive_id AND f.file_no = r.file_no
  LEFT JOIN ledger.decision AS d ON d.record_id = r.record_id
  LEFT JOIN ledger.run AS w ON w.run_id = d.run_id
 WHERE r.device_no = $1::integer AND r.epoch = $2::integer AND r.device_seq = $3::bigint
 ORDER BY r.record_id
