-- How many contents were found.
SELECT count(*) FROM pg_temp.run_content
