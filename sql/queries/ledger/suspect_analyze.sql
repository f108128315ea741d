-- Lets the planner know how many sequences come again.
ANALYZE pg_temp.run_suspect
