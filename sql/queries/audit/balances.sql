-- Balances that RULES.md 2 forbids: 2203, 2205 or 2206 below zero, a purse below zero without an open
-- negative_balance.
SELECT format('account "%s" is below zero: %s fen', account, sum(credit_fen - debit_fen)) AS finding
  FROM ledger.account_delta
 WHERE left(account, 5) IN ('2203:', '2205:', '2206:')
 GROUP BY account
HAVING sum(credit_fen - debit_fen) < 0
UNION ALL
SELECT format('account "2001:%s" is below zero, %s fen, and no negative_balance is open', api.pad(c.card_no, 18),
              c.purse_fen)
  FROM ledger.card_state AS c
 WHERE c.purse_fen < 0
   AND NOT EXISTS (SELECT FROM ledger.exception AS e
                    WHERE e.card_no = c.card_no AND e.verdict = 28
                      AND NOT EXISTS (SELECT FROM ledger.exception_closing AS x WHERE x.exception_id = e.exception_id))
