-- A transfer, the run that posted it, and the record whose entry it is (nulls: none). $1 bigint: transfer
SELECT t.transfer_id, t.transfer_id >> 12 AS entry_id, t.accounting_date::text,
       to_char(t.occurred_at, 'YYYY-MM-DD HH24:MI:SS'), t.debit_account, t.credit_account, t.amount_fen, k.name,
       lpad(t.school_code::text, 10, '0'), lpad(t.card_no::text, 18, '0'), lpad(t.merchant_no::text, 15, '0'),
       lpad(t.device_no::text, 8, '0'), t.device_seq, t.reverses, r.run_id, r.job, r.accounting_date::text AS run_date,
       to_char(r.committed_at, 'YYYY-MM-DD HH24:MI:SS'), a.name AS archive, f.name AS file, o.record_no,
       s.sealed_date IS NOT NULL AS is_sealed, t.merchant_no AS merchant, t.card_no AS card
  FROM ledger.run AS r
  JOIN ledger.transfer AS t ON t.accounting_date >= r.accounting_date AND t.transfer_id = $1::bigint
  JOIN ledger.transfer_kind AS k USING (kind)
  LEFT JOIN ledger.record AS o ON o.judged_on = r.accounting_date AND o.record_id = t.transfer_id >> 12
  LEFT JOIN ops.archive AS a ON a.archive_id = o.archive_id
  LEFT JOIN ops.archive_file AS f ON f.archive_id = o.archive_id AND f.file_no = o.file_no
  LEFT JOIN ledger.seal AS s ON s.sealed_date = t.accounting_date
 WHERE r.run_id = $1::bigint >> 40
