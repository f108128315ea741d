-- Packages that wait, in the order in which they are judged (RULES.md 1).
SELECT archive_id, name, encode(sha256, 'hex'), school_code, extract(epoch FROM made_at)::bigint, source,
       state = 'waiting'
  FROM ops.archive
 WHERE state IN ('collected', 'waiting')
 ORDER BY made_at, name COLLATE "C"
