-- The rows of an import of KIND loss by their types, and what each would do: new, changed or same.
CREATE TEMPORARY TABLE import_loss ON COMMIT DROP AS
SELECT t.*, t.card_no::text || ' ' || t.kind || ' ' || t.effective_at::text AS row_key,
       CASE WHEN r.card_no IS NULL THEN 'new'
            WHEN ROW (r.reason) IS DISTINCT FROM
                 ROW (t.reason) THEN 'changed'
            ELSE 'same' END AS change
FROM (SELECT file_no, line_number,
             c1::bigint AS card_no, c2 AS kind, c3::timestamptz AS effective_at, coalesce(c4, '') AS reason
      FROM import_text) AS t
LEFT JOIN ref.loss AS r ON r.superseded_run IS NULL AND r.card_no = t.card_no AND r.kind = t.kind AND r.effective_at = t.effective_at;
ANALYZE import_loss;
INSERT INTO import_changes SELECT file_no, line_number, row_key, change FROM import_loss;
