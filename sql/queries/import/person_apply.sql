-- Takes in the new rows of an import of KIND person and the changed ones, whose old rows stay as known until then.
UPDATE ref.person AS r SET superseded_run = f.run_id
FROM import_person AS s JOIN import_files AS f USING (file_no)
WHERE s.change = 'changed' AND r.superseded_run IS NULL AND r.person_no = s.person_no;
INSERT INTO ref.person (person_no, kind, name, school_code, registry_no, id_no, sex, grade, class, boarding, guardian_name,
    guardian_mobile, status, import_id, line_number, known_run)
SELECT s.person_no, s.kind, s.name, s.school_code, s.registry_no, s.id_no, s.sex, s.grade, s.class, s.boarding,
       s.guardian_name, s.guardian_mobile, s.status, f.import_id, s.line_number, f.run_id
FROM import_person AS s JOIN import_files AS f USING (file_no)
WHERE s.change <> 'same'
ORDER BY s.file_no, s.line_number;
