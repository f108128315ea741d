-- Decisions of held records without the row that they name, and rows that stand for a held record without a decision.
-- $1 date from, $2 date to of the runs (null: no limit)
WITH decided AS (
    SELECT d.* FROM ledger.decision AS d
      JOIN ledger.run AS r USING (run_id)
     WHERE r.accounting_date BETWEEN coalesce($1::date, '-infinity') AND coalesce($2::date, 'infinity')
       AND d.outcome <> 'void'
), standing AS (
    SELECT record_id, decides, verdict
      FROM ledger.record
     WHERE decides IS NOT NULL
       AND judged_on BETWEEN coalesce($1::date, '-infinity') AND coalesce($2::date, 'infinity')
)
SELECT format('held record %s is decided as "%s", and record %s does not say so', coalesce(d.record_id, s.decides),
              coalesce(d.outcome, 'nothing'), coalesce(d.posted_id, s.record_id)) AS finding
  FROM decided AS d
  FULL JOIN standing AS s ON s.record_id = d.posted_id
 WHERE (d.record_id, CASE d.outcome WHEN 'posted' THEN 10 ELSE 9 END) IS DISTINCT FROM (s.decides, s.verdict::integer)
