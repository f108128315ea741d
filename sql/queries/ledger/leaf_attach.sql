-- Gives a closed leaf its place in the books. $1 text 'record' or 'transfer', $2 date, $3 bigint run
SELECT ledger.attach_leaf($1, $2, $3)
