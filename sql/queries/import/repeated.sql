-- Rows whose key came before in the same import.
-- Gives file_no, line_number, column, what is wrong.
SELECT s.file_no, s.line_number, '' AS column_name, format('has the key of line %s of file %s', s.first_line, s.first_file)
FROM (SELECT file_no, line_number, first_value(line_number) OVER earlier AS first_line,
             first_value(file_no) OVER earlier AS first_file, row_number() OVER earlier AS place
      FROM import_changes
      WINDOW earlier AS (PARTITION BY row_key ORDER BY file_no, line_number)) AS s
WHERE s.place > 1
ORDER BY 1, 2
