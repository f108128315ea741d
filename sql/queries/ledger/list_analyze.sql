-- Lets the database know how many names there are.
ANALYZE pg_temp.list_card, pg_temp.list_name
