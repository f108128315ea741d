-- Sales of a date and payables at its end, one row a school that has merchants, by turnover. A merchant that is not on
-- file counts for the school in its number.
-- $1 date: the accounting date
WITH run AS (
    SELECT run_id FROM ledger.run WHERE accounting_date <= $1::date
), school_name AS (
    SELECT DISTINCT ON (s.school_code) s.school_code, s.name
      FROM ref.school AS s
     WHERE s.known_run IN (SELECT run_id FROM run)
       AND (s.superseded_run IS NULL OR s.superseded_run NOT IN (SELECT run_id FROM run))
     ORDER BY s.school_code, coalesce(s.settlement_from, '-infinity') <= $1::date DESC, s.settlement_from DESC NULLS LAST
), merchant AS (
    SELECT m.merchant_no, m.school_code
      FROM ref.merchant AS m
     WHERE m.known_run IN (SELECT run_id FROM run)
       AND (m.superseded_run IS NULL OR m.superseded_run NOT IN (SELECT run_id FROM run))
), figure AS (
    SELECT s.merchant_no, s.purchases, s.purchase_fen, s.reversals, s.reversal_fen, s.late, s.late_fen, s.held,
           s.held_fen, 0::bigint AS fee_fen, 0::numeric AS payable_fen, 0 AS merchants
      FROM ledger.merchant_meal AS s
     WHERE s.accounting_date = $1::date
    UNION ALL
    SELECT f.merchant_no, 0, 0, 0, 0, 0, 0, 0, 0, f.fee_fen, 0, 0
      FROM ledger.merchant_fee AS f
     WHERE f.accounting_date = $1::date
    UNION ALL
    SELECT substr(a.account, 6)::bigint, 0, 0, 0, 0, 0, 0, 0, 0, 0, sum(a.credit_fen - a.debit_fen), 0
      FROM ledger.account_delta AS a
     WHERE a.account LIKE '2004:%' AND a.accounting_date <= $1::date
     GROUP BY a.account
    UNION ALL
    SELECT m.merchant_no, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1
      FROM merchant AS m
), school AS (
    SELECT coalesce(m.school_code, f.merchant_no / 100000) AS school_code, sum(f.merchants)::bigint AS merchants,
           sum(f.purchases)::bigint AS purchases, sum(f.purchase_fen)::bigint AS purchase_fen,
           sum(f.reversals)::bigint AS reversals, sum(f.reversal_fen)::bigint AS reversal_fen,
           sum(f.late)::bigint AS late, sum(f.late_fen)::bigint AS late_fen, sum(f.held)::bigint AS held,
           sum(f.held_fen)::bigint AS held_fen, sum(f.fee_fen)::bigint AS fee_fen,
           sum(f.payable_fen)::bigint AS payable_fen
      FROM figure AS f
      LEFT JOIN merchant AS m USING (merchant_no)
     GROUP BY 1
)
SELECT lpad(s.school_code::text, 10, '0') AS school_code,
       coalesce(n.name, '') AS name,
       s.merchants, s.purchases, s.purchase_fen, s.reversals, s.reversal_fen, s.late, s.late_fen, s.held, s.held_fen,
       s.fee_fen, s.payable_fen
  FROM school AS s
  LEFT JOIN school_name AS n USING (school_code)
 ORDER BY s.purchase_fen - s.reversal_fen DESC, s.school_code
