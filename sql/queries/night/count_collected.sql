-- How many packages were collected and not yet judged, those of which refused files are to be judged again too; those that
-- wait for a key are none of them.
SELECT (SELECT count(*) FROM ops.archive WHERE state = 'collected') +
       (SELECT count(DISTINCT archive_id) FROM ops.archive_file_retry WHERE state = 'collected')
