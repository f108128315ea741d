-- The sums that were found, by own day.
SELECT place, sum(fen)::bigint FROM pg_temp.run_own_day_part GROUP BY place
