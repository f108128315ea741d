-- The accounts that an import opens, in the order of their entries: code, owner where it is a number (of 1221 the other
-- school too) and as it is written, the school in whose book it is (0: the bureau), amount.
SELECT s.code::integer, coalesce(s.card_no, s.merchant_no, s.school_code), s.other_code, s.owner, s.book, r.amount_fen
FROM import_opening AS s JOIN ref.opening AS r USING (account)
WHERE s.change = 'new'
ORDER BY r.entry_id
