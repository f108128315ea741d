-- What a run made of a file of a package, by its name with or without logs/. $1 bigint: package  $2 text: name
SELECT f.file_no, f.name, f.format, lpad(f.device_no::text, 8, '0'), f.records, f.posted, f.duplicate, f.held, f.rejected,
       f.amount_fen, coalesce(f.reason, ''), f.run_id, r.accounting_date, coalesce(g.state, ''), g.posted, g.duplicate,
       g.held, g.rejected, g.run_id, s.accounting_date, g.reason
  FROM ops.archive_file AS f
  LEFT JOIN ops.archive_file_retry AS g USING (archive_id, file_no)
  LEFT JOIN ledger.run AS s ON s.run_id = g.run_id
  JOIN ledger.run AS r ON r.run_id = f.run_id
 WHERE f.archive_id = $1::bigint AND f.name IN ($2::text, 'logs/' || $2::text)
 ORDER BY f.name = $2::text DESC
