-- Cards whose advance (RULES.md P-07) is not what loads took from 1122 less what top-ups and bank debits gave back.
WITH moved AS (
    SELECT card_no, sum(CASE WHEN debit_account LIKE '1122:%' THEN amount_fen ELSE -amount_fen END) AS advance_fen
      FROM ledger.transfer
     WHERE (kind = 4 AND debit_account LIKE '1122:%' AND credit_account LIKE '2001:%')
        OR (kind IN (8, 10) AND credit_account LIKE '1122:%')
     GROUP BY card_no
)
SELECT format('card "%s": its advance is %s fen, the transfers make %s', api.pad(card_no, 18), coalesce(c.advance_fen, 0),
              coalesce(m.advance_fen, 0)) AS finding
  FROM ledger.card_claim AS c
  FULL JOIN moved AS m USING (card_no)
 WHERE coalesce(c.advance_fen, 0) <> coalesce(m.advance_fen, 0)
