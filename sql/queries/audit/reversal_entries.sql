-- Accepted reversals whose entry does not mirror that of their purchase (P-05), and such entries without a reversal.
-- $1 date from, $2 date to of the runs (null: no limit)
WITH due AS (
    SELECT r.record_id, r.amount_fen, r.accounting_date, v.purchase_id
      FROM ledger.record AS r
      LEFT JOIN ledger.reversal AS v ON v.reversal_id = r.record_id
     WHERE r.verdict = 10 AND r.kind = 254
       AND r.judged_on BETWEEN coalesce($1::date, '-infinity') AND coalesce($2::date, 'infinity')
), leg AS (
    SELECT t.*
      FROM ledger.transfer AS t
      JOIN ledger.run AS r ON r.run_id = t.transfer_id >> 40
     WHERE t.kind = 3 AND t.accounting_date >= coalesce($1::date, '-infinity')
       AND r.accounting_date BETWEEN coalesce($1::date, '-infinity') AND coalesce($2::date, 'infinity')
), original AS (
    SELECT t.* FROM ledger.transfer AS t JOIN due AS d ON t.transfer_id >> 12 = d.purchase_id AND t.kind = 2
), pair AS (
    SELECT d.record_id, o.transfer_id AS original_id, l.transfer_id AS mirror_id,
           o.debit_account = l.credit_account AND o.credit_account = l.debit_account AND o.amount_fen = l.amount_fen AND
           o.school_code = l.school_code AND l.reverses = o.transfer_id AND o.amount_fen = d.amount_fen AND
           l.accounting_date = d.accounting_date AS is_right
      FROM due AS d
      JOIN original AS o ON o.transfer_id >> 12 = d.purchase_id
      LEFT JOIN leg AS l ON l.transfer_id = (d.record_id << 12) + (o.transfer_id & 4095)
)
SELECT format('reversal %s does not mirror transfer %s', record_id, original_id) AS finding
  FROM pair WHERE is_right IS NOT TRUE
UNION ALL
SELECT format('reversal %s was accepted and has no purchase', record_id) FROM due AS d
 WHERE NOT EXISTS (SELECT FROM pair AS p WHERE p.record_id = d.record_id)
UNION ALL
SELECT format('transfer %s reverses nothing', transfer_id) FROM leg AS l
 WHERE NOT EXISTS (SELECT FROM pair AS p WHERE p.mirror_id = l.transfer_id)
