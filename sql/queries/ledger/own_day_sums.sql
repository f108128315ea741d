-- Accepted purchases of each own day (RULES.md 1, over_limit).
SELECT d.place, sum(r.amount_fen)::bigint
  FROM pg_temp.run_own_day AS d
  JOIN ledger.record AS r ON r.card_no = d.card_no AND r.occurred_at >= d.from_at AND r.occurred_at < d.to_at
 WHERE r.verdict = 10 AND r.kind IN (6, 9)
 GROUP BY d.place
