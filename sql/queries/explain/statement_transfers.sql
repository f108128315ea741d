-- The transfers that a statement counts, with the place of their records. $1 bigint: merchant  $2 date and $3 date: from and
-- to  $4 bigint: run of the statement  $5 bigint: at most so many
SELECT t.transfer_id, t.accounting_date::text, to_char(t.occurred_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI:SS'),
       k.name, t.amount_fen, lpad(t.card_no::text, 18, '0'), lpad(t.device_no::text, 8, '0'), t.device_seq, a.name, f.name,
       r.record_no
  FROM ledger.transfer AS t
  JOIN ledger.transfer_kind AS k USING (kind)
  LEFT JOIN ledger.run AS n ON n.run_id = t.transfer_id >> 40
  LEFT JOIN ledger.record AS r ON r.judged_on = n.accounting_date AND r.record_id = t.transfer_id >> 12
  LEFT JOIN ops.archive AS a ON a.archive_id = r.archive_id
  LEFT JOIN ops.archive_file AS f ON f.archive_id = r.archive_id AND f.file_no = r.file_no
 WHERE t.accounting_date BETWEEN $2::date AND $3::date AND t.transfer_id < ($4::bigint + 1) << 40
   AND t.merchant_no = $1::bigint
   AND (t.kind = 2 AND t.credit_account LIKE '2004:%' OR t.kind = 3 AND t.debit_account LIKE '2004:%' OR t.kind = 14)
 ORDER BY t.accounting_date, t.occurred_at, t.transfer_id
 LIMIT $5::bigint
