-- The names of a version of all classes, made of its changes and those before. $1 bigint: version
INSERT INTO pg_temp.list_name (class, card_no)
SELECT class, card_no
  FROM (SELECT DISTINCT ON (class, card_no) class, card_no, is_removed
          FROM ledger.blacklist_change
         WHERE version <= $1::bigint
         ORDER BY class, card_no, version DESC) AS last
 WHERE NOT is_removed
