-- Indexes and closes a filled leaf. $1 text 'record' or 'transfer', $2 date, $3 bigint run
SELECT ledger.close_leaf($1, $2, $3)
