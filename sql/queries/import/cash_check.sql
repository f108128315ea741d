-- Rows of an import of KIND cash that cannot go in: unknown card, a name that can own no account, a time far from the open date, a refund of more than
-- 2206 of the card's holder still holds, other values under a known key (FORMATS.md 1).
-- Gives file_no, line_number, column, what is wrong.
WITH refund AS ( -- what the holder has before each, and takes with it and those before it
    SELECT s.file_no, s.line_number, s.amount_fen, c.person_no,
           coalesce((SELECT sum(d.credit_fen - d.debit_fen) FROM ledger.account_delta AS d
                      WHERE d.account = '2206:' || c.person_no), 0) AS held_fen,
           sum(s.amount_fen) OVER (PARTITION BY c.person_no ORDER BY s.file_no, s.line_number) AS taken_fen
    FROM import_cash AS s
    JOIN ref.card AS c ON c.card_no = s.card_no AND c.superseded_run IS NULL
    WHERE s.kind = 'refund' AND s.change = 'new'
)
SELECT s.file_no, s.line_number, 'card_no' AS column_name,
       format('"%s********%s" is not a known card', left(lpad(s.card_no::text, 18, '0'), 6), right(s.card_no::text, 4))
           AS fault
FROM import_cash AS s
WHERE s.kind <> 'deposit_to_bank'
  AND NOT EXISTS (SELECT FROM ref.card AS c WHERE c.card_no = s.card_no AND c.superseded_run IS NULL)
UNION ALL
SELECT s.file_no, s.line_number, v.column_name, 'it owns an account, so it has no colon and no blank at an end'
FROM import_cash AS s
CROSS JOIN LATERAL (VALUES ('cashier', s.cashier), ('bank_account', s.bank_account)) AS v (column_name, owner)
WHERE strpos(v.owner, ':') > 0 OR v.owner <> btrim(v.owner)
UNION ALL
SELECT s.file_no, s.line_number, 'at', format('"%s" is more than a year after the open date %s', s.at, r.open_date)
FROM import_cash AS s CROSS JOIN import_run AS r
WHERE s.at >= (r.open_date + 367)::timestamp AT TIME ZONE 'Asia/Shanghai'
UNION ALL
SELECT file_no, line_number, 'amount_fen',
       format('"%s" is more than person "%s" has to get back, which is "%s"', amount_fen, person_no,
              greatest(held_fen - taken_fen + amount_fen, 0))
FROM refund WHERE taken_fen > held_fen
UNION ALL
SELECT s.file_no, s.line_number, v.column_name, format('slip "%s" is known with another one, and what it posted stands',
                                                       s.slip_no)
FROM import_cash AS s
JOIN ref.cash AS r USING (slip_no)
CROSS JOIN LATERAL (VALUES ('cashier', s.cashier <> r.cashier), ('kind', s.kind <> r.kind),
                           ('card_no', s.card_no IS DISTINCT FROM r.card_no),
                           ('bank_account', s.bank_account IS DISTINCT FROM r.bank_account),
                           ('amount_fen', s.amount_fen <> r.amount_fen), ('at', s.at <> r.at)) AS v (column_name, differs)
WHERE s.change = 'changed' AND v.differs
ORDER BY 1, 2, 3
