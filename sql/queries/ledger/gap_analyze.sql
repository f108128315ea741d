-- Lets the planner know how many gaps there are.
ANALYZE pg_temp.run_gap_owner, pg_temp.run_gap
