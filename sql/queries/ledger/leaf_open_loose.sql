-- Opens a loose leaf, beside the run's transaction, and gives its name. $1 text 'record', $2 date, $3 bigint run
SELECT ledger.open_loose_leaf($1, $2, $3)
