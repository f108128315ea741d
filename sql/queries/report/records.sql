-- What the runs of a date collected and what became of it (RULES.md R-22), one row, with the numbers of packages: posted
-- and quarantined by these runs, and at the end of the date waiting and in quarantine. A package that has been judged
-- since, but was here when the date was sealed, counts as waiting.
-- $1 date: the accounting date
WITH run AS (
    SELECT run_id, accounting_date FROM ledger.run
), sealed AS (
    SELECT r.committed_at FROM ledger.seal AS s JOIN ledger.run AS r USING (run_id) WHERE s.sealed_date = $1::date
), judged AS (
    SELECT count(*) FILTER (WHERE a.state = 'posted') AS packages_posted,
           count(*) FILTER (WHERE a.state = 'quarantined') AS packages_quarantined,
           coalesce(sum(a.records), 0)::bigint AS records, coalesce(sum(a.amount_fen), 0)::bigint AS amount_fen,
           coalesce(sum(a.posted), 0)::bigint AS posted, coalesce(sum(a.posted_fen), 0)::bigint AS posted_fen,
           coalesce(sum(a.duplicate), 0)::bigint AS duplicate,
           coalesce(sum(a.duplicate_fen), 0)::bigint AS duplicate_fen,
           coalesce(sum(a.held), 0)::bigint AS held, coalesce(sum(a.held_fen), 0)::bigint AS held_fen,
           coalesce(sum(a.rejected), 0)::bigint AS rejected, coalesce(sum(a.rejected_fen), 0)::bigint AS rejected_fen
      FROM run AS r
      JOIN ops.archive AS a USING (run_id)
     WHERE r.accounting_date = $1::date
), waiting AS (
    SELECT count(*) AS waiting
      FROM ops.archive AS a
     WHERE (a.state IN ('collected', 'waiting')
            OR a.run_id IN (SELECT run_id FROM run WHERE accounting_date > $1::date))
       AND a.received_at <= coalesce((SELECT committed_at FROM sealed), 'infinity')
), quarantined AS (
    SELECT count(*) AS quarantined
      FROM ops.archive AS a
     WHERE a.state = 'quarantined' AND a.run_id IN (SELECT run_id FROM run WHERE accounting_date <= $1::date)
)
SELECT packages_posted, packages_quarantined, waiting, quarantined, records, amount_fen, posted, posted_fen, duplicate,
       duplicate_fen, held, held_fen, rejected, rejected_fen
  FROM judged, waiting, quarantined
