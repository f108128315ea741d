-- Adds a version of the lists. $1 bigint: version; $2 date: its day; $3 bigint: the one before it, null: none; $4 bigint: run
INSERT INTO ledger.blacklist (version, list_date, previous_version, run_id)
VALUES ($1::bigint, $2::date, $3::bigint, $4::bigint)
