-- The cards that an import puts on file, with their opening balances.
SELECT card_no, balance_fen FROM import_card WHERE change = 'new' ORDER BY card_no
