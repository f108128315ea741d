-- Packages that were collected and not judged yet, and the oldest one's name.
SELECT count(*), coalesce((array_agg(name ORDER BY made_at, name))[1], '') FROM ops.archive WHERE state = 'collected'
