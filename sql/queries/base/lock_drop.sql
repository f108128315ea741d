-- Drops the session lock of a name: 1, or 0 when this session did not hold it.
-- $1 text: the lock's name
SELECT pg_advisory_unlock(hashtextextended('daybook ' || $1::text, 0))::integer;
