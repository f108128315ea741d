-- The rows of an import of KIND card by their types, and what each would do: new, changed or same.
CREATE TEMPORARY TABLE import_card ON COMMIT DROP AS
SELECT t.*, t.card_no::text AS row_key,
       CASE WHEN r.card_no IS NULL THEN 'new'
            WHEN ROW (r.person_no, r.card_class, r.chip, r.key_version, r.status, r.issued_on, r.expires_on,
                      r.counter, r.online_counter, r.balance_fen, r.replaces) IS DISTINCT FROM
                 ROW (t.person_no, t.card_class, t.chip, t.key_version, t.status, t.issued_on, t.expires_on,
                      t.counter, t.online_counter, t.balance_fen, t.replaces) THEN 'changed'
            ELSE 'same' END AS change
FROM (SELECT file_no, line_number,
             c1::bigint AS card_no, c2 AS person_no, c3::smallint AS card_class, c4 AS chip,
             c5::smallint AS key_version, c6 AS status, c7::date AS issued_on, c8::date AS expires_on,
             c9::integer AS counter, c10::integer AS online_counter, c11::bigint AS balance_fen,
             c12::bigint AS replaces
      FROM import_text) AS t
LEFT JOIN ref.card AS r ON r.superseded_run IS NULL AND r.card_no = t.card_no;
ANALYZE import_card;
INSERT INTO import_changes SELECT file_no, line_number, row_key, change FROM import_card;
