-- The accounts that an import opens, in the order of their entries: account, the school in whose book it is (0: the
-- bureau), amount.
SELECT s.account, s.book, s.amount_fen
FROM import_opening AS s JOIN ref.opening AS r USING (account)
WHERE s.change = 'new'
ORDER BY r.entry_id
