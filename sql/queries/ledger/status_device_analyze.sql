-- Lets the planner know how many devices are asked for.
ANALYZE pg_temp.run_status_device
