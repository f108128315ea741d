-- Packages by name, number or digest, those that were posted first. $1 text
SELECT a.archive_id, a.name, encode(a.sha256, 'hex'), a.source, lpad(a.school_code::text, 10, '0'), a.state,
       coalesce(a.reason, ''), coalesce(a.detail, ''), to_char(a.received_at, 'YYYY-MM-DD HH24:MI:SS'), a.run_id,
       extract(epoch FROM a.made_at)::bigint, a.school_code, r.accounting_date, a.size_bytes
  FROM ops.archive AS a
  LEFT JOIN ledger.run AS r USING (run_id)
 WHERE a.name = $1::text OR encode(a.sha256, 'hex') = $1::text OR a.archive_id::text = $1::text
 ORDER BY a.state = 'posted' DESC, a.archive_id
