-- A held record that two people have agreed to post (RULES.md P-16), as waiting_load gives those that wait.
-- $1 bigint: record
SELECT r.record_id, r.school_code, r.archive_id, extract(epoch FROM a.made_at)::bigint, r.file_no, r.record_no,
       r.device_no, r.epoch, r.device_seq, r.digest, r.kind, r.card_no, r.counter, r.before_fen, r.amount_fen,
       r.after_fen, extract(epoch FROM r.occurred_at)::bigint, 0, 0, coalesce(r.reference, 0)
  FROM ledger.run AS held
  JOIN ledger.record AS r ON r.judged_on = held.accounting_date
  JOIN ops.archive AS a USING (archive_id)
 WHERE held.run_id = $1::bigint >> 28 AND r.record_id = $1::bigint AND r.verdict < 10
