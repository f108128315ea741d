-- How many links were found.
SELECT count(*) FROM pg_temp.run_link
