-- The rows of an import of KIND school by their types, and what each would do: new, changed or same.
CREATE TEMPORARY TABLE import_school ON COMMIT DROP AS
SELECT t.*, t.school_code::text || ' ' || coalesce(t.settlement_from::text, '') AS row_key,
       CASE WHEN r.school_code IS NULL THEN 'new'
            WHEN ROW (r.name, r.district_code, r.level, r.settlement) IS DISTINCT FROM
                 ROW (t.name, t.district_code, t.level, t.settlement) THEN 'changed'
            ELSE 'same' END AS change
FROM (SELECT file_no, line_number,
             c1::bigint AS school_code, c2 AS name, c3 AS district_code, c4 AS level, c5 AS settlement,
             c6::date AS settlement_from
      FROM import_text) AS t
LEFT JOIN ref.school AS r ON r.superseded_run IS NULL AND r.school_code = t.school_code AND r.settlement_from IS NOT DISTINCT FROM t.settlement_from;
ANALYZE import_school;
INSERT INTO import_changes SELECT file_no, line_number, row_key, change FROM import_school;
