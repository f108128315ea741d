-- Packages by name, number or digest, those in quarantine that can be judged again first, then posted ones; and how many of
-- their files are refused and not accepted since, and are waiting to be judged again. $1 text
SELECT a.archive_id, a.name, a.state, coalesce(a.reason, ''),
       (SELECT count(*) FROM ops.archive_file AS f LEFT JOIN ops.archive_file_retry AS r USING (archive_id, file_no)
         WHERE f.archive_id = a.archive_id AND f.reason IS NOT NULL AND coalesce(r.state, 'refused') = 'refused') AS refused,
       (SELECT count(*) FROM ops.archive_file_retry AS r
         WHERE r.archive_id = a.archive_id AND r.state IN ('collected', 'waiting')) AS again
  FROM ops.archive AS a
 WHERE a.name = $1::text OR encode(a.sha256, 'hex') = $1::text OR a.archive_id::text = $1::text
 ORDER BY a.state = 'quarantined' AND a.reason <> 'renamed_content' DESC, a.state = 'posted' DESC, a.archive_id
