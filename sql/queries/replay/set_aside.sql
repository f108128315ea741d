-- Packages that were laid down and are not posted.
SELECT name, state, coalesce(reason, ''), coalesce(detail, '') FROM ops.archive WHERE state <> 'posted' ORDER BY archive_id
