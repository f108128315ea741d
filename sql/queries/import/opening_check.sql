-- Rows of an import of KIND opening that cannot go in: no account of the chart, an owner of another form or not on file,
-- purses, which their cards open, the account that openings are against, other values under a known key (FORMATS.md 1).
-- Gives file_no, line_number, column, what is wrong.
SELECT f.file_no, f.line_number, 'account' AS column_name, f.fault
FROM (SELECT s.file_no, s.line_number,
             CASE WHEN s.owner IS NULL OR a.code IS NULL
                  THEN 'is not a code of the chart of accounts, a colon and an owner'
                  WHEN s.code = '2001' THEN 'purses are opened by the balance_fen of their cards'
                  WHEN s.code = '3001' THEN 'openings are against this account'
                  WHEN s.code IN ('2002', '2203', '2205') AND s.card_no IS NULL
                  THEN 'its owner is not a card of 18 digits'
                  WHEN s.code IN ('2002', '2203', '2205') AND NOT s.is_known
                  THEN format('"%s********%s" is not a known card', left(s.owner, 6), right(s.owner, 4))
                  WHEN s.code = '2004' AND NOT coalesce(s.is_known, false)
                  THEN format('"%s" is not a known merchant', s.owner)
                  WHEN s.code IN ('6002', '6005', '6201') AND NOT coalesce(s.is_known, false)
                  THEN format('"%s" is not a known school', s.owner)
                  WHEN s.code = '1221' AND NOT coalesce(s.is_known, false)
                  THEN format('"%s" is not two known schools', s.owner)
                  WHEN s.code = '2206' AND NOT s.is_known THEN format('"%s" is not a known person', s.owner)
                  WHEN s.code = '3101' AND s.owner <> '' THEN 'this account has no owner'
                  WHEN s.code IN ('1298', '2298') AND s.owner !~ '^[a-z][a-z0-9_]*$'
                  THEN format('"%s" is not a reason in lower-case letters', s.owner)
                  WHEN s.code IN ('1001', '1002', '1122', '2204') AND s.owner = '' THEN 'its owner is missing'
                  WHEN s.code IN ('1001', '1002', '1122', '2204') AND (strpos(s.owner, ':') > 0 OR s.owner <> btrim(s.owner))
                  THEN format('"%s" is no owner: it has a colon, or a blank at an end', s.owner)
             END AS fault
      FROM import_opening AS s
      LEFT JOIN ledger.account_code AS a ON a.code::text = s.code) AS f
WHERE f.fault IS NOT NULL
UNION ALL
SELECT s.file_no, s.line_number, 'amount_fen',
       format('"%s" would change an opening that is posted, which was "%s"', s.amount_fen, r.amount_fen)
FROM import_opening AS s JOIN ref.opening AS r USING (account)
WHERE s.change = 'changed'
ORDER BY 1, 2, 3
