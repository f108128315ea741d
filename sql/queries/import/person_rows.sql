-- The rows of an import of KIND person by their types, and what each would do: new, changed or same.
CREATE TEMPORARY TABLE import_person ON COMMIT DROP AS
SELECT t.*, t.person_no AS row_key,
       CASE WHEN r.person_no IS NULL THEN 'new'
            WHEN ROW (r.kind, r.name, r.school_code, r.registry_no, r.id_no, r.sex, r.grade, r.class,
                      r.boarding, r.guardian_name, r.guardian_mobile, r.status) IS DISTINCT FROM
                 ROW (t.kind, t.name, t.school_code, t.registry_no, t.id_no, t.sex, t.grade, t.class,
                      t.boarding, t.guardian_name, t.guardian_mobile, t.status) THEN 'changed'
            ELSE 'same' END AS change
FROM (SELECT file_no, line_number,
             c1 AS person_no, c2 AS kind, c3 AS name, c4::bigint AS school_code, c5 AS registry_no, c6 AS id_no,
             c7 AS sex, c8 AS grade, c9 AS class, c10 AS boarding, c11 AS guardian_name, c12 AS guardian_mobile,
             c13 AS status
      FROM import_text) AS t
LEFT JOIN ref.person AS r ON r.superseded_run IS NULL AND r.person_no = t.person_no;
ANALYZE import_person;
INSERT INTO import_changes SELECT file_no, line_number, row_key, change FROM import_person;
