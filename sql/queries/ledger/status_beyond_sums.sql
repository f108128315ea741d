-- The sums that were found, by device.
SELECT place, sum(fen)::bigint FROM pg_temp.run_beyond_sum GROUP BY place ORDER BY place
