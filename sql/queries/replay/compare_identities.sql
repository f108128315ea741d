-- Records without money, one line each, in byte order.
COPY (
    SELECT x::text FROM (
        SELECT a.name, i.file_no, i.record_no, v.name AS verdict, i.judged_on, i.device_no, i.device_seq, i.card_no, i.occurred_at,
               i.kind, i.direction, i.method, i.result, i.place, i.digest
          FROM ledger.identity AS i
          JOIN ledger.verdict AS v USING (verdict)
          JOIN ops.archive AS a USING (archive_id)
    ) AS x
     ORDER BY x::text COLLATE "C"
) TO STDOUT (FORMAT binary)
