-- The trial balance of a date, one row a code; opening and closing are positive on the code's side (RULES.md 2).
-- $1 date: the accounting date
WITH delta AS (
    SELECT t.code, coalesce(sum(t.debit_fen) FILTER (WHERE t.accounting_date < $1::date), 0) AS debit_before,
           coalesce(sum(t.credit_fen) FILTER (WHERE t.accounting_date < $1::date), 0) AS credit_before,
           coalesce(sum(t.debit_fen) FILTER (WHERE t.accounting_date = $1::date), 0) AS debit_fen,
           coalesce(sum(t.credit_fen) FILTER (WHERE t.accounting_date = $1::date), 0) AS credit_fen
      FROM ledger.trial_delta AS t
     WHERE t.accounting_date <= $1::date
     GROUP BY t.code
), line AS (
    SELECT c.code, c.name, c.normal_side = 'D' AS is_debit, coalesce(d.debit_fen, 0) AS debit_fen,
           coalesce(d.credit_fen, 0) AS credit_fen,
           CASE c.normal_side WHEN 'D' THEN 1 ELSE -1 END * coalesce(d.debit_before - d.credit_before, 0) AS opening_fen,
           CASE c.normal_side WHEN 'D' THEN 1 ELSE -1 END * coalesce(d.debit_fen - d.credit_fen, 0) AS change_fen
      FROM ledger.account_code AS c
      LEFT JOIN delta AS d USING (code)
)
SELECT code::text AS code, name, is_debit, opening_fen::bigint AS opening_fen, debit_fen::bigint AS debit_fen,
       credit_fen::bigint AS credit_fen, (opening_fen + change_fen)::bigint AS closing_fen
  FROM line
 ORDER BY line.code
