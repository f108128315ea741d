-- The rows of an import of KIND opening by their types, and what each would do: new, changed or same. Who the owner is as
-- the code demands, null where it is not of that form; known: on file, as far as the code asks for that.
CREATE TEMPORARY TABLE import_opening ON COMMIT DROP AS
WITH given AS (
    SELECT file_no, line_number, c1 AS account, c2::bigint AS amount_fen, split_part(c1, ':', 1) AS code,
           CASE WHEN c1 LIKE '%:%' THEN substr(c1, strpos(c1, ':') + 1) END AS owner
    FROM import_text
), owned AS (
    SELECT *, CASE WHEN code IN ('2002', '2203', '2205') AND owner ~ '^[0-9]{18}$' THEN owner::bigint END AS card_no,
           CASE WHEN code = '2004' AND owner ~ '^[0-9]{15}$' THEN owner::bigint END AS merchant_no,
           CASE WHEN code IN ('6002', '6005', '6201') AND owner ~ '^[0-9]{10}$' THEN owner::bigint
                WHEN code = '1221' AND owner ~ '^[0-9]{10}:[0-9]{10}$' THEN left(owner, 10)::bigint END AS school_code,
           CASE WHEN code = '1221' AND owner ~ '^[0-9]{10}:[0-9]{10}$' THEN right(owner, 10)::bigint END AS other_code,
           CASE WHEN code = '2206' THEN owner END AS person_no
    FROM given
)
SELECT t.*, coalesce(m.school_code, p.school_code, h.school_code, t.school_code, 0) AS book,
       CASE WHEN t.code IN ('2002', '2203', '2205') THEN c.card_no IS NOT NULL
            WHEN t.code = '2004' THEN m.merchant_no IS NOT NULL
            WHEN t.code IN ('6002', '6005', '6201') THEN t.school_code IN (SELECT school_code FROM ref.school)
            WHEN t.code = '1221' THEN t.school_code <> t.other_code AND
                                      t.school_code IN (SELECT school_code FROM ref.school) AND
                                      t.other_code IN (SELECT school_code FROM ref.school)
            WHEN t.code = '2206' THEN p.person_no IS NOT NULL
            ELSE true END AS is_known,
       t.account AS row_key,
       CASE WHEN r.account IS NULL THEN 'new' WHEN r.amount_fen <> t.amount_fen THEN 'changed' ELSE 'same' END AS change
FROM owned AS t
LEFT JOIN ref.opening AS r USING (account)
LEFT JOIN ref.card AS c ON c.card_no = t.card_no AND c.superseded_run IS NULL
LEFT JOIN ref.person AS h ON h.person_no = c.person_no AND h.superseded_run IS NULL
LEFT JOIN ref.merchant AS m ON m.merchant_no = t.merchant_no AND m.superseded_run IS NULL
LEFT JOIN ref.person AS p ON p.person_no = t.person_no AND p.superseded_run IS NULL;
ANALYZE import_opening;
INSERT INTO import_changes SELECT file_no, line_number, row_key, change FROM import_opening;
