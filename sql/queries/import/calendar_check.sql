-- Rows of an import of KIND calendar that cannot go in: unknown school.
-- Gives file_no, line_number, column, what is wrong.
SELECT s.file_no, s.line_number, 'school_code' AS column_name,
       format('"%s" is not a known school', lpad(s.school_code::text, 10, '0')) AS fault
FROM import_calendar AS s
WHERE s.school_code IS NOT NULL
  AND NOT EXISTS (SELECT FROM ref.school AS o WHERE o.school_code = s.school_code AND o.superseded_run IS NULL)
ORDER BY 1, 2, 3
