-- Takes in the new rows of an import of KIND card and the changed ones, whose old rows stay as known until then. The
-- opening counters of new cards, which never change, may answer grays that wait.
UPDATE ref.card AS r SET superseded_run = f.run_id
FROM import_card AS s JOIN import_files AS f USING (file_no)
WHERE s.change = 'changed' AND r.superseded_run IS NULL AND r.card_no = s.card_no;
INSERT INTO ref.card (card_no, person_no, card_class, chip, key_version, status, issued_on, expires_on, counter, online_counter,
    balance_fen, replaces, import_id, line_number, known_run)
SELECT s.card_no, s.person_no, s.card_class, s.chip, s.key_version, s.status, s.issued_on, s.expires_on,
       s.counter, s.online_counter, s.balance_fen, s.replaces, f.import_id, s.line_number, f.run_id
FROM import_card AS s JOIN import_files AS f USING (file_no)
WHERE s.change <> 'same'
ORDER BY s.file_no, s.line_number;
INSERT INTO ledger.unasked (run_id)
SELECT DISTINCT f.run_id FROM import_card AS s JOIN import_files AS f USING (file_no) WHERE s.change = 'new';
