-- Takes in the new rows of an import of KIND cash; each gets an entry of the run.
INSERT INTO ref.cash (slip_no, cashier, kind, card_no, bank_account, amount_fen, at, entry_id, import_id, line_number, known_run)
SELECT s.slip_no, s.cashier, s.kind, s.card_no, s.bank_account, s.amount_fen, s.at,
       (f.run_id << 28) + row_number() OVER (ORDER BY s.file_no, s.line_number) - 1, f.import_id, s.line_number, f.run_id
FROM import_cash AS s JOIN import_files AS f USING (file_no)
WHERE s.change = 'new'
ORDER BY s.file_no, s.line_number;
