-- Takes the session lock of a name without waiting: 1, or 0 when another session holds it.
-- $1 text: the lock's name
SELECT pg_try_advisory_lock(hashtextextended('daybook ' || $1::text, 0))::integer;
