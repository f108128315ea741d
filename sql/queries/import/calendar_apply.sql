-- Takes in the new rows of an import of KIND calendar and the changed ones, whose old rows stay as known until then.
UPDATE ref.calendar AS r SET superseded_run = f.run_id
FROM import_calendar AS s JOIN import_files AS f USING (file_no)
WHERE s.change = 'changed' AND r.superseded_run IS NULL AND r.calendar_date = s.calendar_date AND r.school_code IS NOT DISTINCT FROM s.school_code;
INSERT INTO ref.calendar (calendar_date, kind, school_code, note, import_id, line_number, known_run)
SELECT s.calendar_date, s.kind, s.school_code, s.note, f.import_id, s.line_number, f.run_id
FROM import_calendar AS s JOIN import_files AS f USING (file_no)
WHERE s.change <> 'same'
ORDER BY s.file_no, s.line_number;
