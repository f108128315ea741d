-- Packages that wait, in the order in which they are judged (RULES.md 1), and posted ones of which refused files are to be
-- judged again: these with the numbers of their files. is_again: it was answered before.
WITH part AS (
    SELECT archive_id, bool_and(state = 'waiting') AS was_waiting, array_agg(file_no ORDER BY file_no) AS files
      FROM ops.archive_file_retry
     WHERE state IN ('collected', 'waiting')
     GROUP BY archive_id
)
SELECT a.archive_id, a.name, encode(a.sha256, 'hex'), a.school_code, extract(epoch FROM a.made_at)::bigint, a.source,
       coalesce(p.was_waiting, a.state = 'waiting') AS was_waiting,
       p.archive_id IS NOT NULL OR EXISTS (SELECT FROM ops.archive_past AS o
                                            WHERE o.archive_id = a.archive_id AND o.state = 'quarantined') AS is_again,
       p.files
  FROM (SELECT archive_id FROM ops.archive WHERE state IN ('collected', 'waiting') UNION SELECT archive_id FROM part) AS w
  JOIN ops.archive AS a USING (archive_id)
  LEFT JOIN part AS p USING (archive_id)
 ORDER BY a.made_at, a.name COLLATE "C"
