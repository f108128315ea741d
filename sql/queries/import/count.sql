-- What each file of an import would do: rows read, new, changed.
SELECT file_no, count(*), count(*) FILTER (WHERE change = 'new'), count(*) FILTER (WHERE change = 'changed')
FROM import_changes GROUP BY file_no ORDER BY file_no
