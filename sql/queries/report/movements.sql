-- Money moved on a date, one row for each kind of transfer and pair of codes. Reads that date's leaves only.
-- $1 date: the accounting date
WITH moved AS (
    SELECT t.kind, left(t.debit_account, 4)::smallint AS debit_code, left(t.credit_account, 4)::smallint AS credit_code,
           count(*) AS transfers, sum(t.amount_fen)::bigint AS amount_fen
      FROM ledger.transfer AS t
     WHERE t.accounting_date = $1::date
     GROUP BY 1, 2, 3
)
SELECT k.name AS kind, m.debit_code::text AS debit_code, d.name AS debit_name, m.credit_code::text AS credit_code,
       c.name AS credit_name, m.transfers, m.amount_fen
  FROM moved AS m
  JOIN ledger.transfer_kind AS k USING (kind)
  JOIN ledger.account_code AS d ON d.code = m.debit_code
  JOIN ledger.account_code AS c ON c.code = m.credit_code
 ORDER BY m.kind, m.debit_code, m.credit_code
