-- What reverses a record, or is reversed by it. $1 bigint: record_id
SELECT v.reversal_id = $1::bigint AS is_reversal, CASE v.reversal_id WHEN $1::bigint THEN v.purchase_id ELSE v.reversal_id END,
       a.name, f.name, r.record_no, v.run_id
  FROM ledger.reversal AS v
  JOIN ledger.run AS n ON n.run_id = (CASE v.reversal_id WHEN $1::bigint THEN v.purchase_id ELSE v.reversal_id END) >> 28
  JOIN ledger.record AS r ON r.judged_on = n.accounting_date
   AND r.record_id = CASE v.reversal_id WHEN $1::bigint THEN v.purchase_id ELSE v.reversal_id END
  JOIN ops.archive AS a USING (archive_id)
  LEFT JOIN ops.archive_file AS f ON f.archive_id = r.archive_id AND f.file_no = r.file_no
 WHERE v.purchase_id = $1::bigint OR v.reversal_id = $1::bigint
