-- The migrations applied and the digests of their texts.
SELECT number, sha256 FROM ops.migration ORDER BY number
