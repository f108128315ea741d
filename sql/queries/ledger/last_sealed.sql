-- The last sealed date, null before the first seal.
SELECT ledger.last_sealed()
