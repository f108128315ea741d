-- Lists of cards whose figures are not those of their changes, and changes that add a card already named or remove one
-- that is not.
WITH step AS (
    SELECT class, version, count(*) FILTER (WHERE NOT is_removed) AS added,
           count(*) FILTER (WHERE is_removed) AS removed
      FROM ledger.blacklist_change
     GROUP BY class, version
), standing AS (
    SELECT c.class, c.version, c.names, c.added, c.removed, coalesce(s.added, 0) AS changes_added,
           coalesce(s.removed, 0) AS changes_removed,
           sum(coalesce(s.added, 0) - coalesce(s.removed, 0)) OVER (PARTITION BY c.class ORDER BY c.version) AS named
      FROM ledger.blacklist_class AS c
      LEFT JOIN step AS s USING (class, version)
), change AS (
    SELECT class, card_no, version, is_removed,
           lag(is_removed, 1, true) OVER (PARTITION BY class, card_no ORDER BY version) AS was_removed
      FROM ledger.blacklist_change
)
SELECT format('list %s, class "%s": %s names, +%s −%s, its changes give %s, +%s −%s', version, class, names, added,
              removed, named, changes_added, changes_removed) AS finding
  FROM standing
 WHERE (names, added, removed) IS DISTINCT FROM (named, changes_added, changes_removed)
UNION ALL
SELECT format('list %s, class "%s": card "%s" is %s twice', version, class, api.pad(card_no, 18),
              CASE WHEN is_removed THEN 'removed' ELSE 'added' END)
  FROM change
 WHERE is_removed = was_removed
