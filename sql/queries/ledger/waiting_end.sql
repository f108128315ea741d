-- Lets go of what nobody will ask again. $1 date open date
SELECT ledger.end_waiting($1)
