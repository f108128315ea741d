-- The rows of an import of KIND subsidy by their types, and what each would do: new, changed or same.
CREATE TEMPORARY TABLE import_subsidy ON COMMIT DROP AS
SELECT t.*, t.batch_no || ' ' || coalesce('class ' || t.card_class, 'card ' || t.card_no) AS row_key,
       CASE WHEN r.batch_no IS NULL THEN 'new'
            WHEN ROW (r.amount_fen, r.valid_to) IS DISTINCT FROM ROW (t.amount_fen, t.valid_to) THEN 'changed'
            ELSE 'same' END AS change
FROM (SELECT file_no, line_number,
             c1 AS batch_no, c2::smallint AS card_class, c3::bigint AS card_no, c4::bigint AS amount_fen,
             c5::date AS valid_to
      FROM import_text) AS t
LEFT JOIN ref.subsidy AS r ON r.batch_no = t.batch_no AND r.card_class IS NOT DISTINCT FROM t.card_class
                          AND r.card_no IS NOT DISTINCT FROM t.card_no;
ANALYZE import_subsidy;
INSERT INTO import_changes SELECT file_no, line_number, row_key, change FROM import_subsidy;
