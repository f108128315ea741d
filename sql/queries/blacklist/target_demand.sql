-- A full list to every school, or to one. $1 text[]: sources; $2 bigint: school, null: all
INSERT INTO pg_temp.list_target (source, school_code, class, wants_full, wants_delta)
SELECT p.source, p.school_code, c.class, true, false
  FROM ops.list_places($1::text[]) AS p
 CROSS JOIN unnest(ARRAY['pos', 'bus', 'gate']) AS c (class)
 WHERE $2::bigint IS NULL OR p.school_code = $2::bigint
