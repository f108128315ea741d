-- Cards whose purse is not the sum of the transfers of their 2001.
WITH moved AS (
    SELECT side.account, sum(side.fen) AS fen
      FROM ledger.transfer AS t
     CROSS JOIN LATERAL (VALUES (t.debit_account, -t.amount_fen), (t.credit_account, t.amount_fen))
           AS side (account, fen)
     WHERE left(side.account, 5) = '2001:'
     GROUP BY side.account
), kept AS (
    SELECT '2001:' || api.pad(card_no, 18) AS account, purse_fen, has_transfers FROM ledger.card_state
)
SELECT format('account "%s": its balance is %s fen, its transfers make %s', account, coalesce(k.purse_fen, 0),
              coalesce(m.fen, 0)) AS finding
  FROM kept AS k
  FULL JOIN moved AS m USING (account)
 WHERE coalesce(k.purse_fen, 0) <> coalesce(m.fen, 0) OR coalesce(k.has_transfers, false) <> (m.account IS NOT NULL)
