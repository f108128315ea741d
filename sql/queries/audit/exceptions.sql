-- Held and flagged records without the exception that RULES.md R-25 demands, and such exceptions without a record.
-- Flag bit n is verdict 20 + n; a balance_break is judged again and again and therefore not here.
-- $1 date from, $2 date to of the runs (null: no limit)
WITH due AS (
    SELECT record_id, verdict
      FROM ledger.record
     WHERE verdict BETWEEN 3 AND 9
       AND judged_on BETWEEN coalesce($1::date, '-infinity') AND coalesce($2::date, 'infinity')
     UNION ALL
    SELECT record_id, verdict
      FROM ledger.identity
     WHERE verdict = 3 AND judged_on BETWEEN coalesce($1::date, '-infinity') AND coalesce($2::date, 'infinity')
     UNION ALL
    SELECT record_id, (20 + bit)::smallint
      FROM ledger.record CROSS JOIN generate_series(0, 6) AS bit
     WHERE verdict = 10 AND flags & 127 <> 0 AND flags >> bit & 1 = 1
       AND judged_on BETWEEN coalesce($1::date, '-infinity') AND coalesce($2::date, 'infinity')
), kept AS (
    SELECT e.record_id, e.verdict, count(*) AS exceptions
      FROM ledger.exception AS e
      JOIN ledger.run AS r ON r.run_id = e.exception_id >> 28
     WHERE (e.verdict BETWEEN 3 AND 9 OR e.verdict BETWEEN 20 AND 26)
       AND r.accounting_date BETWEEN coalesce($1::date, '-infinity') AND coalesce($2::date, 'infinity')
     GROUP BY e.record_id, e.verdict
)
SELECT format('record %s is "%s" and has %s exceptions of that name', coalesce(d.record_id, k.record_id), v.name,
              coalesce(k.exceptions, 0)) AS finding
  FROM due AS d
  FULL JOIN kept AS k ON k.record_id = d.record_id AND k.verdict = d.verdict
  JOIN ledger.verdict AS v ON v.verdict = coalesce(d.verdict, k.verdict)
 WHERE d.record_id IS NULL OR k.exceptions IS DISTINCT FROM 1
