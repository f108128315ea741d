-- How many cards an import grants something.
SELECT count(*) FROM import_grant
