-- Takes in the new rows of an import of KIND terminal and the changed ones, whose old rows stay as known until then.
UPDATE ref.terminal AS r SET superseded_run = f.run_id
FROM import_terminal AS s JOIN import_files AS f USING (file_no)
WHERE s.change = 'changed' AND r.superseded_run IS NULL AND r.device_no = s.device_no AND r.valid_from = s.valid_from;
INSERT INTO ref.terminal (device_no, psam_no, kind, school_code, place, merchant_no, valid_from, valid_to, log_format, capacity,
    classes, first_seq, import_id, line_number, known_run)
SELECT s.device_no, s.psam_no, s.kind, s.school_code, s.place, s.merchant_no, s.valid_from, s.valid_to,
       s.log_format, s.capacity, s.classes, s.first_seq, f.import_id, s.line_number, f.run_id
FROM import_terminal AS s JOIN import_files AS f USING (file_no)
WHERE s.change <> 'same'
ORDER BY s.file_no, s.line_number;
