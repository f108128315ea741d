-- The newest version of the lists of cards, no row before the first.
SELECT version, list_date FROM ledger.blacklist ORDER BY version DESC LIMIT 1
