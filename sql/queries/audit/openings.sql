-- Cards and other accounts whose opening transfers are not their opening balances, and opening transfers without either. A
-- card's opening state is that of its first row; an opening of 1221 is mirrored in the other book.
-- $1 date from, $2 date to of the runs (null: no limit)
WITH card AS (
    SELECT DISTINCT ON (card_no) card_no, known_run, balance_fen FROM ref.card ORDER BY card_no, known_run
), due AS (
    SELECT o.known_run AS run_id, o.account, o.fen, o.is_debit
      FROM (SELECT known_run, '2001:' || api.pad(card_no, 18) AS account, balance_fen AS fen, false AS is_debit
              FROM card WHERE balance_fen <> 0
             UNION ALL
            SELECT o.known_run, o.account, o.amount_fen, a.normal_side = 'D'
              FROM ref.opening AS o
              JOIN ledger.account_code AS a ON a.code::text = left(o.account, 4)
             UNION ALL
            SELECT known_run, '1221:' || substr(account, 17, 10) || ':' || substr(account, 6, 10), -amount_fen, true
              FROM ref.opening WHERE account LIKE '1221:%') AS o
      JOIN ledger.run AS r ON r.run_id = o.known_run
     WHERE r.accounting_date BETWEEN coalesce($1::date, '-infinity') AND coalesce($2::date, 'infinity')
), total AS (
    SELECT run_id, account, count(*) AS openings, sum(CASE WHEN is_debit THEN fen ELSE -fen END) AS fen
      FROM due GROUP BY run_id, account
), posted AS (
    SELECT r.run_id, CASE WHEN t.debit_account = '3001:' THEN t.credit_account ELSE t.debit_account END AS account,
           count(*) AS transfers, sum(CASE WHEN t.debit_account = '3001:' THEN -t.amount_fen ELSE t.amount_fen END) AS fen,
           bool_and('3001:' IN (t.debit_account, t.credit_account) AND t.accounting_date = r.accounting_date) AS is_right
      FROM ledger.transfer AS t
      JOIN ledger.run AS r ON r.run_id = t.transfer_id >> 40
     WHERE t.kind = 1 AND t.accounting_date >= coalesce($1::date, '-infinity')
       AND r.accounting_date BETWEEN coalesce($1::date, '-infinity') AND coalesce($2::date, 'infinity')
     GROUP BY 1, 2
)
SELECT format('run %s, account "%s": it was opened with %s fen in %s rows, the transfers make %s in %s', run_id, account,
              coalesce(d.fen, 0), coalesce(d.openings, 0), coalesce(p.fen, 0), coalesce(p.transfers, 0)) AS finding
  FROM total AS d
  FULL JOIN posted AS p USING (run_id, account)
 WHERE (d.fen, d.openings, true) IS DISTINCT FROM (p.fen, p.transfers, p.is_right)
