-- The slips that an import takes in, in the order of their entries, with the holder of the card and the holder's school
-- (0: no card). Kinds are numbered as ledger/cash.h has them.
SELECT CASE r.kind WHEN 'topup' THEN 0 WHEN 'refund' THEN 1 WHEN 'cardfee' THEN 2 WHEN 'deposit_to_bank' THEN 3 END,
       r.cashier, coalesce(r.bank_account, ''), CASE WHEN r.kind <> 'deposit_to_bank' THEN r.card_no END,
       coalesce(c.person_no, ''), coalesce(p.school_code, 0), r.amount_fen, extract(epoch FROM r.at)::bigint
FROM import_cash AS s
JOIN ref.cash AS r USING (slip_no)
LEFT JOIN ref.card AS c ON c.card_no = r.card_no AND c.superseded_run IS NULL AND r.kind <> 'deposit_to_bank'
LEFT JOIN ref.person AS p ON p.person_no = c.person_no AND p.superseded_run IS NULL
WHERE s.change = 'new'
ORDER BY r.entry_id
