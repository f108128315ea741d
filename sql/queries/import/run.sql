-- Tells the queries of an import its run. $1 bigint run, $2 date open date
INSERT INTO import_run VALUES ($1, $2)
