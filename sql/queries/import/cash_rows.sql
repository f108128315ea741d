-- The rows of an import of KIND cash by their types, and what each would do: new, changed or same.
CREATE TEMPORARY TABLE import_cash ON COMMIT DROP AS
SELECT t.*, t.slip_no AS row_key,
       CASE WHEN r.slip_no IS NULL THEN 'new'
            WHEN ROW (r.cashier, r.kind, r.card_no, r.bank_account, r.amount_fen, r.at) IS DISTINCT FROM
                 ROW (t.cashier, t.kind, t.card_no, t.bank_account, t.amount_fen, t.at) THEN 'changed'
            ELSE 'same' END AS change
FROM (SELECT file_no, line_number,
             c1 AS slip_no, c2 AS cashier, c3 AS kind, c4::bigint AS card_no, c5 AS bank_account,
             c6::bigint AS amount_fen, c7::timestamptz AS at
      FROM import_text) AS t
LEFT JOIN ref.cash AS r USING (slip_no);
ANALYZE import_cash;
INSERT INTO import_changes SELECT file_no, line_number, row_key, change FROM import_cash;
