-- Lets go of reversals that nobody will ask again. $1 date open date
SELECT ledger.end_waiting($1)
