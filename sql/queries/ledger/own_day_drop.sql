-- Makes room for the next question: a run asks for own days of what comes, and again for what it held.
DROP TABLE pg_temp.run_own_day, pg_temp.run_own_day_part, pg_temp.run_own_day_astray
