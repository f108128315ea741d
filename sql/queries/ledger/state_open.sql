-- Makes the staging tables of state rows.
SELECT ledger.open_state()
