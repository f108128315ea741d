-- Cards whose advance (RULES.md P-07) is not what loads took from 1122, and corrections for the card (P-16), less what
-- top-ups, bank debits and corrections gave back; and whether 1122 holds less than all advances.
WITH moved AS (
    SELECT card_no, sum(CASE WHEN debit_account LIKE '1122:%' THEN amount_fen ELSE -amount_fen END) AS advance_fen
      FROM ledger.transfer
     WHERE (kind = 4 AND debit_account LIKE '1122:%' AND credit_account LIKE '2001:%')
        OR (kind IN (8, 10) AND credit_account LIKE '1122:%')
        OR (kind = 20 AND card_no IS NOT NULL AND (debit_account LIKE '1122:%' OR credit_account LIKE '1122:%'))
     GROUP BY card_no
)
SELECT format('card "%s": its advance is %s fen, the transfers make %s', api.pad(card_no, 18), coalesce(c.advance_fen, 0),
              coalesce(m.advance_fen, 0)) AS finding
  FROM ledger.card_claim AS c
  FULL JOIN moved AS m USING (card_no)
 WHERE coalesce(c.advance_fen, 0) <> coalesce(m.advance_fen, 0)
UNION ALL
SELECT format('1122 holds %s fen, the advances of cards are %s', d.held_fen, c.advance_fen)
  FROM (SELECT coalesce(sum(advance_fen), 0) AS advance_fen FROM ledger.card_claim) AS c
 CROSS JOIN (SELECT coalesce(sum(debit_fen - credit_fen), 0) AS held_fen FROM ledger.account_delta
              WHERE account LIKE '1122:%') AS d
 WHERE d.held_fen < c.advance_fen
