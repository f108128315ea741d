-- How many rows the histories of all terminals have now.
SELECT count(*) FROM ref.terminal WHERE superseded_run IS NULL
