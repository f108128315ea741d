-- How many packages are in quarantine, and how many refused files were not accepted since.
SELECT (SELECT count(*) FROM ops.archive WHERE state = 'quarantined'),
       (SELECT count(*) FROM ops.archive_file AS f LEFT JOIN ops.archive_file_retry AS r USING (archive_id, file_no)
         WHERE f.reason IS NOT NULL AND coalesce(r.state, 'refused') <> 'posted')
