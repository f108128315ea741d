-- Packages that were collected and not judged yet, those of which refused files are to be judged again too, and the oldest
-- one's name.
SELECT count(*), coalesce((array_agg(name ORDER BY made_at, name))[1], '')
  FROM ops.archive AS a
 WHERE state = 'collected'
    OR EXISTS (SELECT FROM ops.archive_file_retry AS f WHERE f.archive_id = a.archive_id AND f.state = 'collected')
