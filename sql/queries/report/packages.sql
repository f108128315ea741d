-- Packages that wait or are in quarantine at the end of a date: those that wait first, then those that the date put into
-- quarantine, the newest first.
-- $1 date: the accounting date  $2 bigint: at most so many
WITH run AS (
    SELECT run_id FROM ledger.run WHERE accounting_date <= $1::date
)
SELECT a.name, lpad(a.school_code::text, 10, '0') AS school_code,
       coalesce((SELECT s.name FROM ref.school AS s
                  WHERE s.school_code = a.school_code AND s.known_run IN (SELECT run_id FROM run)
                  ORDER BY s.import_id DESC LIMIT 1), '') AS school_name,
       p.state, coalesce(p.reason, '') AS reason, coalesce(p.detail, '') AS detail,
       (a.made_at AT TIME ZONE 'Asia/Shanghai')::date AS made_on
  FROM ops.archive_standing($1::date) AS p
  JOIN ops.archive AS a USING (archive_id)
 ORDER BY p.state DESC, p.is_new DESC, a.made_at DESC, a.name, p.reason
 LIMIT $2::bigint
