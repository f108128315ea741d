-- Held records of the cards in pg_temp.run_arrived that a run asks again: grays, and reversals up to 3 days after the run
-- that held them (RULES.md R-07, R-08). $1 date open date
SELECT w.record_id, w.school_code, w.archive_id, extract(epoch FROM w.made_at)::bigint, w.file_no, w.record_no,
       w.device_no, w.epoch, w.device_seq, w.digest, w.kind, w.card_no, w.counter, w.before_fen, w.amount_fen,
       w.after_fen, extract(epoch FROM w.occurred_at)::bigint, w.psam_no, w.list_version, w.reference
  FROM ledger.waiting AS w
 WHERE w.card_no IN (SELECT card_no FROM pg_temp.run_arrived)
   AND (w.kind <> 254 OR w.held_on >= $1::date - 3)
 ORDER BY w.record_id
