-- The number of the newest migration applied.
SELECT coalesce(max(number), 0)::bigint FROM ops.migration
