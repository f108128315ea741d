-- What goes where with a new version: a delta to each school that has the version before it, a full list to all on the
-- day of the week, and else where one is needed: none was sent yet, or the deltas since do not follow each other, or a
-- file since could not be put there because its name is taken, or a terminal that had some days to load the last full
-- list still says that it has an older one.
-- $1 text[]: sources; $2 date: the day of the version; $3 bigint: the version before it, null: none;
-- $4 boolean: it is the day of the week; $5 bigint: how many days a terminal has
INSERT INTO pg_temp.list_target (source, school_code, class, wants_full, wants_delta)
WITH place AS (
    SELECT p.source, p.school_code, c.class, lpad(p.school_code::text, 10, '0') || '/down' AS folder,
           b.version AS base_version, b.outbox_id AS base_id
      FROM ops.list_places($1::text[]) AS p
     CROSS JOIN unnest(ARRAY['pos', 'bus', 'gate']) AS c (class)
      LEFT JOIN LATERAL (SELECT l.version, l.outbox_id FROM ops.list_base AS l
                          WHERE l.source = p.source AND l.school_code = p.school_code AND l.class = c.class
                          ORDER BY l.version DESC LIMIT 1) AS b ON true
), stuck AS (
    SELECT DISTINCT p.source, p.school_code, p.class
      FROM place AS p
      JOIN ledger.blacklist AS b ON b.version = p.base_version
      JOIN ledger.list_terminals($2::date) AS t ON t.school_code = p.school_code AND t.class = p.class
     WHERE t.said_version < p.base_version
       AND t.said_at >= (b.list_date + 1 + $5::bigint::integer)::timestamp AT TIME ZONE 'Asia/Shanghai'
), chain AS (
    SELECT p.*, p.base_version IS NOT NULL AND $3::bigint IS NOT NULL
                AND (p.base_version = $3::bigint
                     OR EXISTS (SELECT FROM ops.outbox AS o
                                 WHERE o.source = p.source AND o.folder = p.folder
                                   AND o.name = format('%s_%s_delta_%s.txt', $3::bigint, $3::bigint, p.class)))
               AS has_previous
      FROM place AS p
)
SELECT c.source, c.school_code, c.class,
       $4::boolean OR NOT c.has_previous OR s.class IS NOT NULL
       OR EXISTS (SELECT FROM ops.outbox AS o
                   WHERE o.source = c.source AND o.folder = c.folder AND o.state = 'alarm' AND o.is_ordered
                     AND o.outbox_id >= c.base_id),
       c.has_previous
  FROM chain AS c
  LEFT JOIN stuck AS s USING (source, school_code, class)
