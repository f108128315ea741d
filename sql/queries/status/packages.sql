-- Packages by state and reason; the oldest of those that wait or are quarantined.
SELECT state, coalesce(reason, ''), count(*), sum(records)::bigint,
       CASE WHEN state = 'posted' THEN '' ELSE to_char(min(made_at), 'YYYY-MM-DD HH24:MI:SS') END
FROM ops.archive GROUP BY state, reason ORDER BY state, reason
