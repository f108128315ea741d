-- Packages that wait or are in quarantine at the end of a date, the oldest first.
-- $1 date: the accounting date  $2 bigint: at most so many
WITH run AS (
    SELECT run_id, accounting_date FROM ledger.run
), sealed AS (
    SELECT r.committed_at FROM ledger.seal AS s JOIN ledger.run AS r USING (run_id) WHERE s.sealed_date = $1::date
), package AS (
    SELECT a.name, a.school_code, 'waiting' AS state, CASE WHEN a.state = 'waiting' THEN a.reason END AS reason,
           CASE WHEN a.state = 'waiting' THEN a.detail END AS detail, a.made_at
      FROM ops.archive AS a
     WHERE (a.state IN ('collected', 'waiting')
            OR a.run_id IN (SELECT run_id FROM run WHERE accounting_date > $1::date))
       AND a.received_at <= coalesce((SELECT committed_at FROM sealed), 'infinity')
    UNION ALL
    SELECT a.name, a.school_code, a.state, a.reason, a.detail, a.made_at
      FROM ops.archive AS a
     WHERE a.state = 'quarantined' AND a.run_id IN (SELECT run_id FROM run WHERE accounting_date <= $1::date)
), oldest AS (
    SELECT * FROM package ORDER BY made_at, name, state LIMIT $2::bigint
)
SELECT p.name, lpad(p.school_code::text, 10, '0') AS school_code,
       coalesce((SELECT s.name FROM ref.school AS s
                  WHERE s.school_code = p.school_code
                    AND s.known_run IN (SELECT run_id FROM run WHERE accounting_date <= $1::date)
                  ORDER BY s.import_id DESC LIMIT 1), '') AS school_name,
       p.state, coalesce(p.reason, '') AS reason, coalesce(p.detail, '') AS detail,
       (p.made_at AT TIME ZONE 'Asia/Shanghai')::date AS made_on
  FROM oldest AS p
 ORDER BY p.state DESC, p.made_at, p.name
