-- How far to trust a date: one row for each school that was due, the most silent first. Due are the pos terminals valid
-- on the date whose school has school then (the school's own calendar row, else that of all, else Monday to Friday).
-- A terminal has reported when a package made on the date or later, posted by then, holds a log of it that was not
-- refused, or was accepted by then after all. Reference rows count as they were known by the date.
-- $1 date: the accounting date
WITH run AS (
    SELECT run_id, accounting_date FROM ledger.run WHERE accounting_date <= $1::date
), special_day AS (
    SELECT c.school_code, c.kind IN ('school', 'makeup') AS has_school
      FROM ref.calendar AS c
     WHERE c.calendar_date = $1::date AND c.known_run IN (SELECT run_id FROM run)
       AND (c.superseded_run IS NULL OR c.superseded_run NOT IN (SELECT run_id FROM run))
), school_name AS (
    SELECT DISTINCT ON (s.school_code) s.school_code, s.name
      FROM ref.school AS s
     WHERE s.known_run IN (SELECT run_id FROM run)
       AND (s.superseded_run IS NULL OR s.superseded_run NOT IN (SELECT run_id FROM run))
     ORDER BY s.school_code, coalesce(s.settlement_from, '-infinity') <= $1::date DESC, s.settlement_from DESC NULLS LAST
), due AS (
    SELECT t.device_no, t.school_code
      FROM ref.terminal AS t
      LEFT JOIN special_day AS own ON own.school_code = t.school_code
      LEFT JOIN special_day AS common ON common.school_code IS NULL
     WHERE t.kind = 'pos' AND t.valid_from <= $1::date AND (t.valid_to IS NULL OR t.valid_to >= $1::date)
       AND t.known_run IN (SELECT run_id FROM run)
       AND (t.superseded_run IS NULL OR t.superseded_run NOT IN (SELECT run_id FROM run))
       AND coalesce(own.has_school, common.has_school, extract(isodow FROM $1::date) <= 5)
), reported AS (
    SELECT DISTINCT f.device_no
      FROM run AS r
      JOIN ops.archive AS a ON a.run_id = r.run_id
      JOIN ops.archive_file AS f ON f.archive_id = a.archive_id
     WHERE r.accounting_date > $1::date - 31 AND a.state = 'posted'
       AND a.made_at >= $1::date::timestamp AT TIME ZONE 'Asia/Shanghai'
       AND f.reason IS NULL AND f.device_no IS NOT NULL
     UNION
    SELECT f.device_no
      FROM run AS r
      JOIN ops.archive_file_retry AS g ON g.run_id = r.run_id
      JOIN ops.archive AS a ON a.archive_id = g.archive_id
      JOIN ops.archive_file AS f ON f.archive_id = g.archive_id AND f.file_no = g.file_no
     WHERE r.accounting_date > $1::date - 31 AND g.state = 'posted'
       AND a.made_at >= $1::date::timestamp AT TIME ZONE 'Asia/Shanghai' AND f.device_no IS NOT NULL
)
SELECT lpad(d.school_code::text, 10, '0') AS school_code, coalesce(s.name, '') AS name, count(*) AS expected,
       count(r.device_no) AS reported,
       coalesce(array_to_string((array_agg(lpad(d.device_no::text, 8, '0') ORDER BY d.device_no)
                                     FILTER (WHERE r.device_no IS NULL))[1:6], ' ')
                || CASE WHEN count(*) - count(r.device_no) > 6 THEN ' …' ELSE '' END, '') AS silent
  FROM due AS d
  LEFT JOIN reported AS r USING (device_no)
  LEFT JOIN school_name AS s USING (school_code)
 GROUP BY d.school_code, s.name
 ORDER BY count(*) - count(r.device_no) DESC, d.school_code
