-- Sequences that a run says it has seen against the records that it judged; a conflict is not seen anew.
-- $1 date from, $2 date to of the runs (null: no limit)
WITH judged AS (
    SELECT record_id >> 28 AS run_id, device_no, epoch,
           range_agg(int8range(device_seq, device_seq, '[]')) AS sequences, count(*) AS records
      FROM (SELECT record_id, device_no, epoch, device_seq, verdict, judged_on FROM ledger.record WHERE decides IS NULL
             UNION ALL
            SELECT record_id, device_no, 0, device_seq, verdict, judged_on FROM ledger.identity) AS first
     WHERE verdict <> 3 AND judged_on BETWEEN coalesce($1::date, '-infinity') AND coalesce($2::date, 'infinity')
     GROUP BY record_id >> 28, device_no, epoch
), kept AS (
    SELECT s.run_id, s.device_no, s.epoch, range_agg(s.sequences) AS sequences,
           sum(upper(s.sequences) - lower(s.sequences)) AS records
      FROM ledger.seen_range AS s
      JOIN ledger.run AS r ON r.run_id = s.run_id
     WHERE r.accounting_date BETWEEN coalesce($1::date, '-infinity') AND coalesce($2::date, 'infinity')
     GROUP BY s.run_id, s.device_no, s.epoch
)
SELECT format('run %s, device "%s", epoch %s: it has seen %s sequences, %s records were judged', run_id,
              api.pad(device_no, 8), epoch, coalesce(k.records, 0), coalesce(j.records, 0)) AS finding
  FROM kept AS k
  FULL JOIN judged AS j USING (run_id, device_no, epoch)
 WHERE (k.sequences, k.records) IS DISTINCT FROM (j.sequences, j.records::numeric)
