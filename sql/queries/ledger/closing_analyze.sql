-- Lets the planner know how much closes.
ANALYZE pg_temp.run_closing
