-- Closes the open negative_balance of a card whose purse a correction has filled. $1 bigint: card  $2 bigint: run
-- $3 bigint: the exception that the correction itself closes
INSERT INTO ledger.exception_closing (exception_id, run_id, reason)
SELECT e.exception_id, $2::bigint, 'balance is not negative'
  FROM ledger.exception AS e
 WHERE e.card_no = $1::bigint AND e.verdict = 28 AND e.exception_id <> $3::bigint
   AND NOT EXISTS (SELECT FROM ledger.exception_closing AS x WHERE x.exception_id = e.exception_id)
