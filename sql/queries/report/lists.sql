-- The lists of cards of a date, one row a class: version (null before it is made), names, added, removed, left
-- out with the fen at risk on those; then the terminals on file and how many nights older than the newest of its time the
-- list is that each said last: none, 1, 2 to 7, more; silent for three days.
-- $1 date: the accounting date
WITH terminal AS (
    SELECT class, count(*) AS terminals, count(*) FILTER (WHERE nights_behind = 0) AS newest,
           count(*) FILTER (WHERE nights_behind = 1) AS behind_1,
           count(*) FILTER (WHERE nights_behind BETWEEN 2 AND 7) AS behind_7,
           count(*) FILTER (WHERE nights_behind > 7) AS behind_more,
           count(*) FILTER (WHERE nights_behind IS NULL) AS silent
      FROM ledger.list_terminals($1::date)
     GROUP BY class
), made AS (
    SELECT l.* FROM ledger.blacklist_class AS l JOIN ledger.blacklist AS b USING (version) WHERE b.list_date = $1::date
)
SELECT c.class, m.version, coalesce(m.names, 0) AS names, coalesce(m.added, 0) AS added,
       coalesce(m.removed, 0) AS removed, coalesce(m.left_out, 0) AS left_out,
       coalesce(m.left_out_fen, 0) AS left_out_fen, coalesce(t.terminals, 0) AS terminals,
       coalesce(t.newest, 0) AS newest, coalesce(t.behind_1, 0) AS behind_1, coalesce(t.behind_7, 0) AS behind_7,
       coalesce(t.behind_more, 0) AS behind_more, coalesce(t.silent, 0) AS silent
  FROM (VALUES ('pos', 1), ('bus', 2), ('gate', 3)) AS c (class, ordinal)
  LEFT JOIN made AS m USING (class)
  LEFT JOIN terminal AS t USING (class)
 ORDER BY c.ordinal
