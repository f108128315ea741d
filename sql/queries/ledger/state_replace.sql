-- Puts the staged rows in the place of those that the run read.
SELECT ledger.replace_state()
