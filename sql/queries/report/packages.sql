-- Packages that wait or are in quarantine at the end of a date, the oldest first.
-- $1 date: the accounting date  $2 bigint: at most so many
WITH run AS (
    SELECT run_id FROM ledger.run WHERE accounting_date <= $1::date
), oldest AS (
    SELECT a.name, a.school_code, a.made_at, s.state, s.reason, s.detail
      FROM ops.archive_standing($1::date) AS s
      JOIN ops.archive AS a USING (archive_id)
     ORDER BY a.made_at, a.name, s.state, s.reason
     LIMIT $2::bigint
)
SELECT p.name, lpad(p.school_code::text, 10, '0') AS school_code,
       coalesce((SELECT s.name FROM ref.school AS s
                  WHERE s.school_code = p.school_code AND s.known_run IN (SELECT run_id FROM run)
                  ORDER BY s.import_id DESC LIMIT 1), '') AS school_name,
       p.state, coalesce(p.reason, '') AS reason, coalesce(p.detail, '') AS detail,
       (p.made_at AT TIME ZONE 'Asia/Shanghai')::date AS made_on
  FROM oldest AS p
 ORDER BY p.state DESC, p.made_at, p.name, p.reason
