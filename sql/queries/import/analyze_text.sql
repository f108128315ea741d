-- Lets the planner know how much was read.
ANALYZE import_text
