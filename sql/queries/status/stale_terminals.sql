-- Terminals for money on file that have sent no log since some days before the last run, and how many there are.
-- $1 bigint: days of silence; $2 bigint: at most so many rows
WITH newest AS (
    SELECT max(accounting_date) AS date FROM ledger.run WHERE job = 'post'
), heard AS (
    SELECT device_no, max(accounting_date) AS date FROM ledger.terminal_run GROUP BY device_no
)
SELECT lpad(t.device_no::text, 8, '0'), lpad(t.school_code::text, 10, '0'), t.place, h.date::text, count(*) OVER ()
FROM ref.terminal AS t CROSS JOIN newest LEFT JOIN heard AS h USING (device_no)
WHERE t.superseded_run IS NULL AND t.kind IN ('pos', 'load', 'bus')
  AND daterange(t.valid_from, t.valid_to, '[]') @> newest.date
  AND (h.date IS NULL OR h.date <= newest.date - $1::bigint::integer)
ORDER BY h.date NULLS FIRST, t.device_no
LIMIT $2::bigint
