-- Drops what killed runs have left beside the books.
SELECT ledger.drop_loose_leaves()
