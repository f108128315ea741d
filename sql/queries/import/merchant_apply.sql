-- Takes in the new rows of an import of KIND merchant and the changed ones, whose old rows stay as known until then.
UPDATE ref.merchant AS r SET superseded_run = f.run_id
FROM import_merchant AS s JOIN import_files AS f USING (file_no)
WHERE s.change = 'changed' AND r.superseded_run IS NULL AND r.merchant_no = s.merchant_no;
INSERT INTO ref.merchant (merchant_no, name, school_code, kind, parent_no, fee_bps, fee_min_fen, fee_max_fen, cycle, payee_name,
    payee_account, payee_bank, import_id, line_number, known_run)
SELECT s.merchant_no, s.name, s.school_code, s.kind, s.parent_no, s.fee_bps, s.fee_min_fen, s.fee_max_fen,
       s.cycle, s.payee_name, s.payee_account, s.payee_bank, f.import_id, s.line_number, f.run_id
FROM import_merchant AS s JOIN import_files AS f USING (file_no)
WHERE s.change <> 'same'
ORDER BY s.file_no, s.line_number;
