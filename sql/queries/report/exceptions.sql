-- Exceptions as they stood at the end of a date, one row a verdict: opened and closed by the date's runs, open at its
-- end in all and by age in days since the date of the run that opened them. Those closed earlier are left out.
-- $1 date: the accounting date
WITH run AS (
    SELECT run_id, accounting_date FROM ledger.run WHERE accounting_date <= $1::date
), known AS (
    SELECT e.verdict, coalesce(e.amount_fen, 0) AS amount_fen, $1::date - opening.accounting_date AS age_days,
           closing.accounting_date AS closed_on
      FROM ledger.exception AS e
      JOIN run AS opening ON opening.run_id = e.exception_id >> 28
      LEFT JOIN ledger.exception_closing AS c USING (exception_id)
      LEFT JOIN run AS closing ON closing.run_id = c.run_id
     WHERE closing.accounting_date IS NULL OR closing.accounting_date = $1::date
)
SELECT v.name, v.closes_itself, count(*) FILTER (WHERE k.age_days = 0) AS opened,
       coalesce(sum(k.amount_fen) FILTER (WHERE k.age_days = 0), 0)::bigint AS opened_fen,
       count(k.closed_on) AS closed,
       coalesce(sum(k.amount_fen) FILTER (WHERE k.closed_on IS NOT NULL), 0)::bigint AS closed_fen,
       count(*) FILTER (WHERE k.closed_on IS NULL) AS open,
       coalesce(sum(k.amount_fen) FILTER (WHERE k.closed_on IS NULL), 0)::bigint AS open_fen,
       count(*) FILTER (WHERE k.closed_on IS NULL AND k.age_days = 0) AS age_today,
       count(*) FILTER (WHERE k.closed_on IS NULL AND k.age_days BETWEEN 1 AND 3) AS age_3,
       count(*) FILTER (WHERE k.closed_on IS NULL AND k.age_days BETWEEN 4 AND 10) AS age_10,
       count(*) FILTER (WHERE k.closed_on IS NULL AND k.age_days > 10) AS age_old,
       coalesce(max(k.age_days) FILTER (WHERE k.closed_on IS NULL), 0) AS oldest_days
  FROM known AS k
  JOIN ledger.verdict AS v USING (verdict)
 GROUP BY v.verdict
 ORDER BY v.verdict
