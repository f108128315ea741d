-- The rows of an import of KIND terminal by their types, and what each would do: new, changed or same.
CREATE TEMPORARY TABLE import_terminal ON COMMIT DROP AS
SELECT t.*, t.device_no::text || ' ' || t.valid_from::text AS row_key,
       CASE WHEN r.device_no IS NULL THEN 'new'
            WHEN ROW (r.psam_no, r.kind, r.school_code, r.place, r.merchant_no, r.valid_to, r.log_format,
                      r.capacity, r.classes, r.first_seq) IS DISTINCT FROM
                 ROW (t.psam_no, t.kind, t.school_code, t.place, t.merchant_no, t.valid_to, t.log_format,
                      t.capacity, t.classes, t.first_seq) THEN 'changed'
            ELSE 'same' END AS change
FROM (SELECT file_no, line_number,
             c1::integer AS device_no, c2::bigint AS psam_no, c3 AS kind, c4::bigint AS school_code,
             coalesce(c5, '') AS place, c6::bigint AS merchant_no, c7::date AS valid_from, c8::date AS valid_to,
             c9 AS log_format, c10::bigint AS capacity, c11 AS classes, coalesce(c12::bigint, 1) AS first_seq
      FROM import_text) AS t
LEFT JOIN ref.terminal AS r ON r.superseded_run IS NULL AND r.device_no = t.device_no AND r.valid_from = t.valid_from;
ANALYZE import_terminal;
INSERT INTO import_changes SELECT file_no, line_number, row_key, change FROM import_terminal;
