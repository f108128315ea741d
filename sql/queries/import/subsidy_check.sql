-- Rows of an import of KIND subsidy that cannot go in: unknown card, other values under a known key (FORMATS.md 1).
-- Gives file_no, line_number, column, what is wrong.
SELECT s.file_no, s.line_number, 'card_no' AS column_name,
       format('"%s********%s" is not a known card', left(lpad(s.card_no::text, 18, '0'), 6), right(s.card_no::text, 4))
           AS fault
FROM import_subsidy AS s
WHERE s.card_no IS NOT NULL
  AND NOT EXISTS (SELECT FROM ref.card AS c WHERE c.card_no = s.card_no AND c.superseded_run IS NULL)
UNION ALL
SELECT s.file_no, s.line_number, v.column_name,
       format('"%s" would change a subsidy that is granted, which was "%s"', v.given, v.known)
FROM import_subsidy AS s
JOIN ref.subsidy AS r ON r.batch_no = s.batch_no AND r.card_class IS NOT DISTINCT FROM s.card_class
                     AND r.card_no IS NOT DISTINCT FROM s.card_no
CROSS JOIN LATERAL (VALUES ('amount_fen', s.amount_fen::text, r.amount_fen::text),
                           ('valid_to', s.valid_to::text, r.valid_to::text)) AS v (column_name, given, known)
WHERE s.change = 'changed' AND v.given <> v.known
ORDER BY 1, 2, 3
