-- The newest version of the lists of cards, one row a class: its names, and how many nights older the list is that
-- terminals on file said last; silent are those that have said nothing for three days.
WITH newest AS (
    SELECT version, ordinal, class, names
      FROM ledger.blacklist_class
      JOIN (VALUES ('pos', 1), ('bus', 2), ('gate', 3)) AS c (class, ordinal) USING (class)
     WHERE version = (SELECT max(version) FROM ledger.blacklist)
), terminal AS (
    SELECT class, count(*) AS terminals, count(*) FILTER (WHERE nights_behind = 0) AS newest,
           count(*) FILTER (WHERE nights_behind = 1) AS behind_1,
           count(*) FILTER (WHERE nights_behind BETWEEN 2 AND 7) AS behind_7,
           count(*) FILTER (WHERE nights_behind > 7) AS behind_more,
           count(*) FILTER (WHERE nights_behind IS NULL) AS silent
      FROM ledger.list_terminals((SELECT max(accounting_date) FROM ledger.run))
     GROUP BY class
)
SELECT n.class, n.version::text, n.names, coalesce(t.terminals, 0), coalesce(t.newest, 0), coalesce(t.behind_1, 0),
       coalesce(t.behind_7, 0), coalesce(t.behind_more, 0), coalesce(t.silent, 0)
  FROM newest AS n LEFT JOIN terminal AS t USING (class)
 ORDER BY n.ordinal
