-- Adds the figures of a class and gives them: names, added, removed, left out and the fen at risk on those.
-- $1 bigint: version; $2 text: class; $3 bigint: places
INSERT INTO ledger.blacklist_class (version, class, capacity, names, added, removed, left_out, left_out_fen)
SELECT $1::bigint, $2::text, $3::bigint, n.names, c.added, c.removed, l.left_out, l.left_out_fen
  FROM (SELECT count(*) AS names FROM pg_temp.list_name WHERE class = $2::text) AS n,
       (SELECT count(*) FILTER (WHERE NOT is_removed) AS added, count(*) FILTER (WHERE is_removed) AS removed
          FROM pg_temp.list_change WHERE class = $2::text) AS c,
       (SELECT count(*) AS left_out, coalesce(sum(risk_fen), 0)::bigint AS left_out_fen
          FROM pg_temp.list_card WHERE place > $3::bigint) AS l
RETURNING names, added, removed, left_out, left_out_fen
