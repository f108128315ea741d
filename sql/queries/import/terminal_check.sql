-- Rows of an import of KIND terminal that cannot go in: unknown school or merchant, dates that overlap.
-- Gives file_no, line_number, column, what is wrong.
WITH history AS ( -- as all would be after the import
    SELECT file_no, line_number, device_no, valid_from, daterange(valid_from, valid_to, '[]') AS dates FROM import_terminal
    UNION ALL
    SELECT 0, 0, r.device_no, r.valid_from, daterange(r.valid_from, r.valid_to, '[]') FROM ref.terminal AS r
    WHERE r.superseded_run IS NULL AND r.device_no IN (SELECT device_no FROM import_terminal)
      AND NOT EXISTS (SELECT FROM import_terminal AS s WHERE s.device_no = r.device_no AND s.valid_from = r.valid_from)
)
SELECT s.file_no, s.line_number, 'school_code' AS column_name,
       format('"%s" is not a known school', lpad(s.school_code::text, 10, '0')) AS fault
FROM import_terminal AS s
WHERE NOT EXISTS (SELECT FROM ref.school AS o WHERE o.school_code = s.school_code AND o.superseded_run IS NULL)
UNION ALL
SELECT s.file_no, s.line_number, 'merchant_no',
       format('"%s" is not a known merchant', lpad(s.merchant_no::text, 15, '0'))
FROM import_terminal AS s
WHERE s.merchant_no IS NOT NULL
  AND NOT EXISTS (SELECT FROM ref.merchant AS m WHERE m.merchant_no = s.merchant_no AND m.superseded_run IS NULL)
UNION ALL
SELECT h.file_no, h.line_number, 'valid_from',
       format('device "%s" has another row from %s whose dates overlap', lpad(h.device_no::text, 8, '0'),
              min(o.valid_from))
FROM history AS h JOIN history AS o ON o.device_no = h.device_no AND o.valid_from <> h.valid_from AND o.dates && h.dates
WHERE h.file_no > 0
GROUP BY h.file_no, h.line_number, h.device_no
ORDER BY 1, 2, 3
