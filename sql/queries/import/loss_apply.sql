-- Takes in the new rows of an import of KIND loss.
INSERT INTO ref.loss (card_no, kind, effective_at, reason, import_id, line_number, known_run)
SELECT s.card_no, s.kind, s.effective_at, s.reason, f.import_id, s.line_number, f.run_id
FROM import_loss AS s JOIN import_files AS f USING (file_no)
WHERE s.change <> 'same'
ORDER BY s.file_no, s.line_number;
