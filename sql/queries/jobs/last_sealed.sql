-- The last sealed date, null before the first seal (RULES.md 3).
SELECT ledger.last_sealed()
