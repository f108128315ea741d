-- Makes the staging tables of claims.
SELECT ledger.open_claims()
