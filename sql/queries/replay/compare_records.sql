-- Records and their verdicts, one line each, in byte order.
COPY (
    SELECT x::text FROM (
        SELECT a.name, r.file_no, r.record_no, r.decides IS NOT NULL AS is_later, v.name AS verdict, r.flags, r.judged_on,
               r.accounting_date, r.kind, r.device_no, r.epoch, r.device_seq, r.card_no, r.counter, r.before_fen, r.amount_fen,
               r.after_fen, r.occurred_at, r.merchant_no, r.digest, d.outcome
          FROM ledger.record AS r
          JOIN ledger.verdict AS v USING (verdict)
          JOIN ops.archive AS a USING (archive_id)
          LEFT JOIN ledger.decision AS d USING (record_id)
    ) AS x
     ORDER BY x::text COLLATE "C"
) TO STDOUT (FORMAT binary)
