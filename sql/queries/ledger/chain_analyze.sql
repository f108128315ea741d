-- Lets the planner know how many chains are entered.
ANALYZE pg_temp.run_chain
