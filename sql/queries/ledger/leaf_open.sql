-- Opens a leaf for COPY and gives its name. $1 text 'record' or 'transfer', $2 date, $3 bigint run
SELECT ledger.open_leaf($1, $2, $3)
