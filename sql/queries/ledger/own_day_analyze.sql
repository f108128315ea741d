-- Lets the planner know how many own days there are.
ANALYZE pg_temp.run_own_day
