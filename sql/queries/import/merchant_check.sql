-- Rows of an import of KIND merchant that cannot go in: unknown school, unknown parent, a roll-up without end.
-- Gives file_no, line_number, column, what is wrong.
WITH RECURSIVE merchant AS ( -- as all would be after the import
    SELECT merchant_no, kind, parent_no FROM import_merchant
    UNION ALL
    SELECT r.merchant_no, r.kind, r.parent_no FROM ref.merchant AS r
    WHERE r.superseded_run IS NULL AND NOT EXISTS (SELECT FROM import_merchant AS s WHERE s.merchant_no = r.merchant_no)
), rolled AS ( -- who has an independent merchant above, itself included
    SELECT merchant_no FROM merchant WHERE kind = 'independent'
    UNION
    SELECT m.merchant_no FROM merchant AS m JOIN rolled AS p ON p.merchant_no = m.parent_no WHERE m.kind = 'managed'
)
SELECT s.file_no, s.line_number, 'school_code' AS column_name,
       format('"%s" is not a known school', lpad(s.school_code::text, 10, '0')) AS fault
FROM import_merchant AS s
WHERE NOT EXISTS (SELECT FROM ref.school AS o WHERE o.school_code = s.school_code AND o.superseded_run IS NULL)
UNION ALL
SELECT s.file_no, s.line_number, 'merchant_no', 'its first 10 digits are not the school_code'
FROM import_merchant AS s WHERE s.merchant_no / 100000 <> s.school_code
UNION ALL
SELECT s.file_no, s.line_number, 'parent_no',
       format('"%s" is not a known merchant', lpad(s.parent_no::text, 15, '0'))
FROM import_merchant AS s WHERE s.parent_no IS NOT NULL AND s.parent_no NOT IN (SELECT merchant_no FROM merchant)
UNION ALL
SELECT s.file_no, s.line_number, 'parent_no', 'leads to no independent merchant'
FROM import_merchant AS s
WHERE s.kind = 'managed' AND s.parent_no IN (SELECT merchant_no FROM merchant)
  AND s.merchant_no NOT IN (SELECT merchant_no FROM rolled)
ORDER BY 1, 2, 3
