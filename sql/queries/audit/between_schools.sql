-- Accounts between two schools that do not mirror each other, by date. $1 date from, $2 date to (null: no limit)
WITH pair AS (
    SELECT accounting_date, substr(account, 6, 10) AS book, substr(account, 17, 10) AS other,
           sum(debit_fen) AS debit_fen, sum(credit_fen) AS credit_fen
      FROM ledger.account_delta
     WHERE account LIKE '1221:%'
       AND accounting_date BETWEEN coalesce($1::date, '-infinity') AND coalesce($2::date, 'infinity')
     GROUP BY accounting_date, account
)
SELECT format('%s: accounts "1221:%s:%s" and "1221:%s:%s" do not mirror each other: debit %s, credit %s '
              'against debit %s, credit %s fen', coalesce(a.accounting_date, b.accounting_date), coalesce(a.book, b.other),
              coalesce(a.other, b.book), coalesce(a.other, b.book), coalesce(a.book, b.other),
              coalesce(a.debit_fen, 0), coalesce(a.credit_fen, 0), coalesce(b.debit_fen, 0),
              coalesce(b.credit_fen, 0)) AS finding
  FROM pair AS a
  FULL JOIN pair AS b ON b.accounting_date = a.accounting_date AND b.book = a.other AND b.other = a.book
 WHERE (a.debit_fen, a.credit_fen) IS DISTINCT FROM (b.credit_fen, b.debit_fen) AND (a.book IS NULL OR a.book < a.other
        OR b.book IS NULL)
