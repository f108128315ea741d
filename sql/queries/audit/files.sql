-- Counts of log files that are not those of their records, by first verdict, and of packages that are not those of
-- their files (R-22). Status rows are counted as posted and are no records. A refused file that was judged again has counts
-- of both runs. $1 date from, $2 date to of the runs (null: no limit)
WITH file AS (
    SELECT f.*
      FROM ops.archive_file AS f
      JOIN ledger.run AS r ON r.run_id = f.run_id
     WHERE r.accounting_date BETWEEN coalesce($1::date, '-infinity') AND coalesce($2::date, 'infinity')
), judged AS (
    SELECT archive_id, file_no, name, format, posted, posted_fen, held, run_id FROM file
     UNION ALL
    SELECT archive_id, file_no, f.name, f.format, a.posted, a.posted_fen, a.held, a.run_id
      FROM ops.archive_file_retry AS a
      JOIN ops.archive_file AS f USING (archive_id, file_no)
      JOIN ledger.run AS r ON r.run_id = a.run_id
     WHERE a.state = 'posted'
       AND r.accounting_date BETWEEN coalesce($1::date, '-infinity') AND coalesce($2::date, 'infinity')
), stored AS (
    SELECT archive_id, file_no, record_id >> 28 AS run_id, count(*) FILTER (WHERE verdict = 10) AS posted,
           coalesce(sum(amount_fen) FILTER (WHERE verdict = 10), 0) AS posted_fen,
           count(*) FILTER (WHERE verdict BETWEEN 3 AND 9) AS held
      FROM (SELECT record_id, archive_id, file_no, verdict, amount_fen, judged_on FROM ledger.record WHERE decides IS NULL
             UNION ALL
            SELECT record_id, archive_id, file_no, verdict, 0, judged_on FROM ledger.identity) AS first
     WHERE judged_on BETWEEN coalesce($1::date, '-infinity') AND coalesce($2::date, 'infinity')
     GROUP BY archive_id, file_no, record_id >> 28
), summed AS (
    SELECT archive_id, sum(records) AS records, sum(posted) AS posted, sum(duplicate) AS duplicate, sum(held) AS held,
           sum(rejected) AS rejected, sum(amount_fen) AS amount_fen, sum(posted_fen) AS posted_fen
      FROM file GROUP BY archive_id
)
SELECT format('package "%s", file "%s": it counts %s posted of %s fen and %s held, its records make %s of %s and %s',
              a.name, f.name, f.posted, f.posted_fen, f.held, coalesce(s.posted, 0), coalesce(s.posted_fen, 0),
              coalesce(s.held, 0)) AS finding
  FROM judged AS f
  JOIN ops.archive AS a USING (archive_id)
  LEFT JOIN stored AS s ON s.archive_id = f.archive_id AND s.file_no = f.file_no AND s.run_id = f.run_id
 WHERE f.format <> 'status-csv/1'
   AND (f.posted, f.posted_fen, f.held) <> (coalesce(s.posted, 0), coalesce(s.posted_fen, 0), coalesce(s.held, 0))
UNION ALL
SELECT format('%s records are of file %s of package %s, which has none', s.posted + s.held, s.file_no, s.archive_id)
  FROM stored AS s
 WHERE NOT EXISTS (SELECT FROM judged AS f
                    WHERE f.archive_id = s.archive_id AND f.file_no = s.file_no AND f.run_id = s.run_id)
UNION ALL
SELECT format('package "%s": its counts are not the sum of its files', a.name)
  FROM summed AS s
  JOIN ops.archive AS a USING (archive_id)
 WHERE (a.records, a.posted, a.duplicate, a.held, a.rejected, a.amount_fen, a.posted_fen) <>
       (s.records, s.posted, s.duplicate, s.held, s.rejected, s.amount_fen, s.posted_fen)
