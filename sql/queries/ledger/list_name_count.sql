-- How many names a class has. $1 text: class
SELECT count(*) FROM pg_temp.list_name WHERE class = $1::text
