-- Takes in the new rows of an import of KIND school and the changed ones, whose old rows stay as known until then.
UPDATE ref.school AS r SET superseded_run = f.run_id
FROM import_school AS s JOIN import_files AS f USING (file_no)
WHERE s.change = 'changed' AND r.superseded_run IS NULL AND r.school_code = s.school_code AND r.settlement_from IS NOT DISTINCT FROM s.settlement_from;
INSERT INTO ref.school (school_code, name, district_code, level, settlement, settlement_from, import_id, line_number, known_run)
SELECT s.school_code, s.name, s.district_code, s.level, s.settlement, s.settlement_from, f.import_id,
       s.line_number, f.run_id
FROM import_school AS s JOIN import_files AS f USING (file_no)
WHERE s.change <> 'same'
ORDER BY s.file_no, s.line_number;
