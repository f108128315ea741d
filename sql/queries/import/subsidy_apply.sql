-- Takes in the new rows of an import of KIND subsidy. Each card of each row gets an entry of the run.
INSERT INTO ref.subsidy (batch_no, card_class, card_no, amount_fen, valid_to, cards, first_entry_id, import_id, line_number,
    known_run)
SELECT s.batch_no, s.card_class, s.card_no, s.amount_fen, s.valid_to, coalesce(g.cards, 0),
       (f.run_id << 28) + coalesce(g.first_ordinal, 0), f.import_id, s.line_number, f.run_id
FROM import_subsidy AS s
JOIN import_files AS f USING (file_no)
LEFT JOIN (SELECT file_no, line_number, count(*) AS cards, min(ordinal) AS first_ordinal
           FROM import_grant GROUP BY file_no, line_number) AS g USING (file_no, line_number)
WHERE s.change = 'new'
ORDER BY s.file_no, s.line_number;
