-- Rows of an import of KIND loss that cannot go in: unknown card, other values under a known key (FORMATS.md 1).
-- Gives file_no, line_number, column, what is wrong.
SELECT s.file_no, s.line_number, 'card_no' AS column_name,
       format('"%s********%s" is not a known card', left(lpad(s.card_no::text, 18, '0'), 6), right(s.card_no::text, 4))
           AS fault
FROM import_loss AS s
WHERE NOT EXISTS (SELECT FROM ref.card AS c WHERE c.card_no = s.card_no AND c.superseded_run IS NULL)
UNION ALL
SELECT s.file_no, s.line_number, 'reason', 'this row is known with another reason, and loss rows are never changed'
FROM import_loss AS s WHERE s.change = 'changed'
ORDER BY 1, 2, 3
