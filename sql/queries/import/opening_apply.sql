-- Takes in the new rows of an import of KIND opening; each gets an entry of the run.
INSERT INTO ref.opening (account, amount_fen, entry_id, import_id, line_number, known_run)
SELECT s.account, s.amount_fen, (f.run_id << 28) + row_number() OVER (ORDER BY s.file_no, s.line_number) - 1,
       f.import_id, s.line_number, f.run_id
FROM import_opening AS s JOIN import_files AS f USING (file_no)
WHERE s.change = 'new'
ORDER BY s.file_no, s.line_number;
