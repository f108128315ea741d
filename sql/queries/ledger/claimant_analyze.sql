-- Lets the planner know how many there are.
ANALYZE pg_temp.run_claimant
