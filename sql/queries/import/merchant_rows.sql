-- The rows of an import of KIND merchant by their types, and what each would do: new, changed or same.
CREATE TEMPORARY TABLE import_merchant ON COMMIT DROP AS
SELECT t.*, t.merchant_no::text AS row_key,
       CASE WHEN r.merchant_no IS NULL THEN 'new'
            WHEN ROW (r.name, r.school_code, r.kind, r.parent_no, r.fee_bps, r.fee_min_fen, r.fee_max_fen,
                      r.cycle, r.payee_name, r.payee_account, r.payee_bank) IS DISTINCT FROM
                 ROW (t.name, t.school_code, t.kind, t.parent_no, t.fee_bps, t.fee_min_fen, t.fee_max_fen,
                      t.cycle, t.payee_name, t.payee_account, t.payee_bank) THEN 'changed'
            ELSE 'same' END AS change
FROM (SELECT file_no, line_number,
             c1::bigint AS merchant_no, c2 AS name, c3::bigint AS school_code, c4 AS kind,
             c5::bigint AS parent_no, c6::integer AS fee_bps, c7::bigint AS fee_min_fen,
             c8::bigint AS fee_max_fen, c9 AS cycle, coalesce(c10, '') AS payee_name,
             coalesce(c11, '') AS payee_account, coalesce(c12, '') AS payee_bank
      FROM import_text) AS t
LEFT JOIN ref.merchant AS r ON r.superseded_run IS NULL AND r.merchant_no = t.merchant_no;
ANALYZE import_merchant;
INSERT INTO import_changes SELECT file_no, line_number, row_key, change FROM import_merchant;
