-- The accepted records of each chain from its moment on, and the last before it of each family (kinds 2 and 219 are the
-- online family).
CREATE TEMPORARY TABLE run_link ON COMMIT DROP AS
SELECT w.place, r.record_id, r.occurred_at, r.school_code, r.archive_id, r.file_no, r.record_no, r.device_no, r.epoch,
       r.device_seq, r.kind, r.counter, r.before_fen, r.amount_fen, r.after_fen, r.accounting_date
  FROM pg_temp.run_chain AS w
  JOIN ledger.record AS r ON r.card_no = w.card_no AND r.occurred_at >= w.from_at
 WHERE r.verdict = 10
UNION ALL
SELECT w.place, r.record_id, r.occurred_at, r.school_code, r.archive_id, r.file_no, r.record_no, r.device_no, r.epoch,
       r.device_seq, r.kind, r.counter, r.before_fen, r.amount_fen, r.after_fen, r.accounting_date
  FROM pg_temp.run_chain AS w
 CROSS JOIN (VALUES (false), (true)) AS family (is_online)
 CROSS JOIN LATERAL (
    SELECT * FROM ledger.record AS o
     WHERE o.card_no = w.card_no AND o.occurred_at < w.from_at AND o.verdict = 10
       AND (o.kind IN (2, 219)) = family.is_online
     ORDER BY o.occurred_at DESC, o.counter DESC, (o.kind = 254) DESC
     LIMIT 1) AS r
