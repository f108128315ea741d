-- What the version on its way adds to and removes from the names of the one before it.
INSERT INTO pg_temp.list_change (class, card_no, is_removed)
SELECT class, card_no, n.card_no IS NULL
  FROM pg_temp.list_name AS n
  FULL JOIN (SELECT class, card_no
               FROM (SELECT DISTINCT ON (class, card_no) class, card_no, is_removed
                       FROM ledger.blacklist_change
                      ORDER BY class, card_no, version DESC) AS last
              WHERE NOT is_removed) AS b USING (class, card_no)
 WHERE n.card_no IS NULL OR b.card_no IS NULL
