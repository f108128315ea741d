-- The merchants that sold most on a date, each independent one followed by those that roll up into it, with their sales
-- and what they are owed at its end; the last column is the number of merchants on file. Families come in the order of
-- their turnover. Payables are looked up for the rows that are shown only.
-- $1 date: the accounting date  $2 bigint: at most so many families  $3 bigint: at most so many rows
WITH RECURSIVE run AS (
    SELECT run_id FROM ledger.run WHERE accounting_date <= $1::date
), school_name AS (
    SELECT DISTINCT ON (s.school_code) s.school_code, s.name
      FROM ref.school AS s
     WHERE s.known_run IN (SELECT run_id FROM run)
       AND (s.superseded_run IS NULL OR s.superseded_run NOT IN (SELECT run_id FROM run))
     ORDER BY s.school_code, coalesce(s.settlement_from, '-infinity') <= $1::date DESC, s.settlement_from DESC NULLS LAST
), merchant AS (
    SELECT m.merchant_no, m.name, m.school_code, m.kind, m.parent_no
      FROM ref.merchant AS m
     WHERE m.known_run IN (SELECT run_id FROM run)
       AND (m.superseded_run IS NULL OR m.superseded_run NOT IN (SELECT run_id FROM run))
), below AS (
    SELECT m.merchant_no, m.merchant_no AS root, ARRAY[m.merchant_no] AS path
      FROM merchant AS m
     WHERE m.kind = 'independent'
    UNION ALL
    SELECT m.merchant_no, b.root, b.path || m.merchant_no
      FROM below AS b
      JOIN merchant AS m ON m.parent_no = b.merchant_no AND m.kind = 'managed'
     WHERE array_length(b.path, 1) < 16
), sales AS (
    SELECT s.merchant_no, sum(s.purchases) AS purchases, sum(s.purchase_fen) AS purchase_fen,
           sum(s.reversals) AS reversals, sum(s.reversal_fen) AS reversal_fen, sum(s.late) AS late,
           sum(s.late_fen) AS late_fen, sum(s.held) AS held, sum(s.held_fen) AS held_fen
      FROM ledger.merchant_meal AS s
     WHERE s.accounting_date = $1::date
     GROUP BY s.merchant_no
), fee AS (
    SELECT f.merchant_no, sum(f.fee_fen) AS fee_fen
      FROM ledger.merchant_fee AS f
     WHERE f.accounting_date = $1::date
     GROUP BY f.merchant_no
), line AS ( -- a managed merchant whose parents lead to no independent one stands for itself
    SELECT m.merchant_no, m.name, m.school_code, coalesce(b.root, m.merchant_no) AS root,
           coalesce(b.path, ARRAY[m.merchant_no]) AS path, coalesce(s.purchases, 0)::bigint AS purchases,
           coalesce(s.purchase_fen, 0)::bigint AS purchase_fen, coalesce(s.reversals, 0)::bigint AS reversals,
           coalesce(s.reversal_fen, 0)::bigint AS reversal_fen, coalesce(s.late, 0)::bigint AS late,
           coalesce(s.late_fen, 0)::bigint AS late_fen, coalesce(s.held, 0)::bigint AS held,
           coalesce(s.held_fen, 0)::bigint AS held_fen, coalesce(f.fee_fen, 0)::bigint AS fee_fen
      FROM merchant AS m
      LEFT JOIN below AS b USING (merchant_no)
      LEFT JOIN sales AS s USING (merchant_no)
      LEFT JOIN fee AS f USING (merchant_no)
), family AS (
    SELECT root, row_number() OVER (ORDER BY sum(purchase_fen - reversal_fen) DESC, sum(held_fen) DESC, root) AS place
      FROM line
     GROUP BY root
), shown AS (
    SELECT l.*, f.place
      FROM family AS f
      JOIN line AS l USING (root)
     WHERE f.place <= $2::bigint
     ORDER BY f.place, l.path
     LIMIT $3::bigint
)
SELECT lpad(s.merchant_no::text, 15, '0') AS merchant_no, s.name,
       coalesce(n.name, lpad(s.school_code::text, 10, '0')) AS school_name,
       array_length(s.path, 1) - 1 AS depth, s.purchases, s.purchase_fen, s.reversals, s.reversal_fen, s.late,
       s.late_fen, s.held, s.held_fen, s.fee_fen,
       coalesce((SELECT sum(a.credit_fen - a.debit_fen) FROM ledger.account_delta AS a
                  WHERE a.account = '2004:' || lpad(s.merchant_no::text, 15, '0')
                    AND a.accounting_date <= $1::date), 0)::bigint AS payable_fen,
       (SELECT count(*) FROM merchant) AS merchants_on_file
  FROM shown AS s
  LEFT JOIN school_name AS n USING (school_code)
 ORDER BY s.place, s.path
