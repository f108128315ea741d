-- The records of a card in the order of its chain: what the card says happened, what the books made of it, and what its
-- purse moved. A row that accepts a held record after all stands for it. $1 bigint: card
WITH mine AS (
    SELECT * FROM ledger.record AS r WHERE r.card_no = $1::bigint
)
SELECT r.record_id, to_char(r.occurred_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI:SS'), r.kind, r.counter,
       r.before_fen, r.amount_fen, r.after_fen, v.name AS verdict, r.flags, lpad(r.device_no::text, 8, '0'), r.device_seq,
       r.accounting_date::text, a.name AS archive, f.name AS file, r.record_no, coalesce(d.outcome, ''),
       coalesce((SELECT sum(CASE WHEN t.credit_account = '2001:' || api.pad($1::bigint, 18) THEN t.amount_fen ELSE 0 END -
                            CASE WHEN t.debit_account = '2001:' || api.pad($1::bigint, 18) THEN t.amount_fen ELSE 0 END)
                   FROM ledger.transfer AS t
                  WHERE r.verdict = 10 AND t.accounting_date = r.accounting_date AND t.transfer_id >= r.record_id << 12
                    AND t.transfer_id < (r.record_id + 1) << 12), 0)::bigint AS purse_fen
  FROM mine AS r
  JOIN ledger.verdict AS v USING (verdict)
  JOIN ops.archive AS a USING (archive_id)
  LEFT JOIN ops.archive_file AS f ON f.archive_id = r.archive_id AND f.file_no = r.file_no
  LEFT JOIN ledger.decision AS d ON d.record_id = r.record_id
 WHERE d.outcome IS DISTINCT FROM 'posted' AND (d.outcome IS DISTINCT FROM 'held' OR d.posted_id IS NULL)
 ORDER BY r.occurred_at, r.kind IN (2, 219), r.counter, r.kind = 254, r.record_id
