-- The rows of an import of KIND calendar by their types, and what each would do: new, changed or same.
CREATE TEMPORARY TABLE import_calendar ON COMMIT DROP AS
SELECT t.*, t.calendar_date::text || ' ' || coalesce(t.school_code::text, '') AS row_key,
       CASE WHEN r.calendar_date IS NULL THEN 'new'
            WHEN ROW (r.kind, r.note) IS DISTINCT FROM
                 ROW (t.kind, t.note) THEN 'changed'
            ELSE 'same' END AS change
FROM (SELECT file_no, line_number,
             c1::date AS calendar_date, c2 AS kind, c3::bigint AS school_code, coalesce(c4, '') AS note
      FROM import_text) AS t
LEFT JOIN ref.calendar AS r ON r.superseded_run IS NULL AND r.calendar_date = t.calendar_date AND r.school_code IS NOT DISTINCT FROM t.school_code;
ANALYZE import_calendar;
INSERT INTO import_changes SELECT file_no, line_number, row_key, change FROM import_calendar;
