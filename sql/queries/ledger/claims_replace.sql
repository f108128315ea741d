-- Puts the staged claims in the place of those that the run read.
SELECT ledger.replace_claims()
