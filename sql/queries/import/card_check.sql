-- Rows of an import of KIND card that cannot go in: unknown person, unknown card replaced, another opening state than
-- the one that was posted (FORMATS.md 1).
-- Gives file_no, line_number, column, what is wrong.
SELECT s.file_no, s.line_number, 'person_no' AS column_name, format('"%s" is not a known person', s.person_no) AS fault
FROM import_card AS s
WHERE NOT EXISTS (SELECT FROM ref.person AS p WHERE p.person_no = s.person_no AND p.superseded_run IS NULL)
UNION ALL
SELECT s.file_no, s.line_number, 'replaces',
       format('"%s********%s" is not a known card', left(lpad(s.replaces::text, 18, '0'), 6), right(s.replaces::text, 4))
FROM import_card AS s
WHERE s.replaces IS NOT NULL
  AND NOT EXISTS (SELECT FROM import_card AS o WHERE o.card_no = s.replaces)
  AND NOT EXISTS (SELECT FROM ref.card AS c WHERE c.card_no = s.replaces AND c.superseded_run IS NULL)
UNION ALL
SELECT s.file_no, s.line_number, v.column_name,
       format('"%s" would change the opening state of a known card, which was "%s"', v.given, v.known)
FROM import_card AS s
JOIN ref.card AS c ON c.card_no = s.card_no AND c.superseded_run IS NULL
CROSS JOIN LATERAL (VALUES ('counter', s.counter::bigint, c.counter::bigint),
                           ('online_counter', s.online_counter, c.online_counter),
                           ('balance_fen', s.balance_fen, c.balance_fen)) AS v (column_name, given, known)
WHERE s.change = 'changed' AND v.given <> v.known
ORDER BY 1, 2, 3
