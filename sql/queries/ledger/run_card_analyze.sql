-- Lets the planner know how many cards a run has.
ANALYZE pg_temp.run_card
