-- Counts of devices by run that are not those of their files (R-22); refused files and status rows do not count.
-- $1 date from, $2 date to of the runs (null: no limit)
WITH file AS (
    SELECT r.accounting_date, f.run_id, f.device_no, sum(f.records) AS collected, sum(f.posted) AS posted,
           sum(f.duplicate) AS duplicate, sum(f.held) AS held, sum(f.rejected) AS rejected,
           sum(f.amount_fen) AS amount_fen, sum(f.posted_fen) AS posted_fen
      FROM (SELECT run_id, device_no, format, records, posted, duplicate, held, rejected, amount_fen, posted_fen
              FROM ops.archive_file WHERE reason IS NULL
             UNION ALL
            SELECT a.run_id, f.device_no, f.format, a.records, a.posted, a.duplicate, a.held, a.rejected, a.amount_fen,
                   a.posted_fen
              FROM ops.archive_file_retry AS a JOIN ops.archive_file AS f USING (archive_id, file_no)
             WHERE a.state = 'posted') AS f
      JOIN ledger.run AS r ON r.run_id = f.run_id
     WHERE f.format <> 'status-csv/1' AND f.records > 0
       AND r.accounting_date BETWEEN coalesce($1::date, '-infinity') AND coalesce($2::date, 'infinity')
     GROUP BY r.accounting_date, f.run_id, f.device_no
), kept AS (
    SELECT accounting_date, run_id, device_no, collected, posted, duplicate, held, rejected, amount_fen, posted_fen
      FROM ledger.terminal_run
     WHERE accounting_date BETWEEN coalesce($1::date, '-infinity') AND coalesce($2::date, 'infinity') AND collected > 0
)
SELECT format('%s, run %s, device "%s": its counts are not the sum of its files', accounting_date, run_id,
              api.pad(device_no, 8)) AS finding
  FROM kept AS k
  FULL JOIN file AS f USING (accounting_date, run_id, device_no)
 WHERE (k.collected, k.posted, k.duplicate, k.held, k.rejected, k.amount_fen, k.posted_fen) IS DISTINCT FROM
       (f.collected, f.posted, f.duplicate, f.held, f.rejected, f.amount_fen, f.posted_fen)
