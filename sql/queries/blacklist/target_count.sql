-- How many schools a file of a class goes to. $1 text: class; $2 boolean: the full list, else the delta
SELECT count(*) FROM pg_temp.list_target
 WHERE class = $1::text AND CASE WHEN $2::boolean THEN wants_full ELSE wants_delta END
