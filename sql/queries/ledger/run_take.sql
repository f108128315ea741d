-- Takes the number of a run, outside its transaction.
SELECT nextval('ledger.run_id')
