-- Cards whose claims are not the balances of their 2205 and 2203, and claims or lots without a claim.
WITH book AS (
    SELECT substr(account, 6)::bigint AS card_no, sum(credit_fen - debit_fen) FILTER (WHERE account LIKE '2205:%') AS topup_fen,
           sum(credit_fen - debit_fen) FILTER (WHERE account LIKE '2203:%') AS subsidy_fen
      FROM ledger.account_delta
     WHERE left(account, 5) IN ('2203:', '2205:')
     GROUP BY substr(account, 6)
), lot AS (
    SELECT card_no, sum(left_fen) AS subsidy_fen FROM ledger.subsidy_lot GROUP BY card_no
), kept AS (
    SELECT card_no, topup_fen, subsidy_fen, c.card_no IS NOT NULL AS has_claim
      FROM ledger.card_claim AS c FULL JOIN lot USING (card_no)
)
SELECT format('card "%s": it may claim %s fen of 2205 and %s of 2203, the accounts hold %s and %s', api.pad(card_no, 18),
              coalesce(k.topup_fen, 0), coalesce(k.subsidy_fen, 0), coalesce(b.topup_fen, 0), coalesce(b.subsidy_fen, 0))
           AS finding
  FROM kept AS k
  FULL JOIN book AS b USING (card_no)
 WHERE (coalesce(k.topup_fen, 0), coalesce(k.subsidy_fen, 0)) <> (coalesce(b.topup_fen, 0), coalesce(b.subsidy_fen, 0))
UNION ALL
SELECT format('card "%s" has lots of subsidy and no claim', api.pad(card_no, 18)) FROM kept WHERE NOT has_claim
