-- What the runs of a date collected and what became of it (RULES.md R-22), one row, with the numbers of packages: posted
-- and quarantined by the date, and at its end waiting and in quarantine. Refused files that were judged again count anew.
-- $1 date: the accounting date
WITH judged AS (
    SELECT count(*) FILTER (WHERE NOT a.is_again) AS packages_posted, coalesce(sum(a.records), 0)::bigint AS records,
           coalesce(sum(a.amount_fen), 0)::bigint AS amount_fen,
           coalesce(sum(a.posted), 0)::bigint AS posted, coalesce(sum(a.posted_fen), 0)::bigint AS posted_fen,
           coalesce(sum(a.duplicate), 0)::bigint AS duplicate,
           coalesce(sum(a.duplicate_fen), 0)::bigint AS duplicate_fen,
           coalesce(sum(a.held), 0)::bigint AS held, coalesce(sum(a.held_fen), 0)::bigint AS held_fen,
           coalesce(sum(a.rejected), 0)::bigint AS rejected, coalesce(sum(a.rejected_fen), 0)::bigint AS rejected_fen
      FROM ledger.run AS r
      JOIN (SELECT run_id, false AS is_again, records, amount_fen, posted, posted_fen, duplicate, duplicate_fen, held, held_fen,
                   rejected, rejected_fen
              FROM ops.archive WHERE state = 'posted'
             UNION ALL
            SELECT run_id, true, records, amount_fen, posted, posted_fen, duplicate, duplicate_fen, held, held_fen, rejected,
                   rejected_fen
              FROM ops.archive_file_retry WHERE state = 'posted') AS a USING (run_id)
     WHERE r.accounting_date = $1::date
), standing AS (
    SELECT count(*) FILTER (WHERE s.is_new) AS packages_quarantined,
           count(*) FILTER (WHERE s.state = 'waiting') AS waiting,
           count(*) FILTER (WHERE s.state = 'quarantined') AS quarantined
      FROM ops.archive_standing($1::date) AS s
)
SELECT packages_posted, packages_quarantined, waiting, quarantined, records, amount_fen, posted, posted_fen, duplicate,
       duplicate_fen, held, held_fen, rejected, rejected_fen
  FROM judged, standing
