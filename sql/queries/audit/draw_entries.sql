-- Accepted loads and draws whose entry is not what P-07 and P-08 demand: the card's claims first, the rest an advance or
-- suspense, together the record's amount; and such entries without a record. How much was to be claimed is asked by
-- claims.sql. $1 date from, $2 date to of the runs (null: no limit)
WITH due AS (
    SELECT record_id, kind, card_no, amount_fen, occurred_at, accounting_date,
           CASE WHEN flags & 2 <> 0 THEN '2298:unknown_card' ELSE '2001:' || api.pad(card_no, 18) END AS credit,
           CASE kind WHEN 2 THEN '1122:%' ELSE '1298:subsidy_draw' END AS rest,
           CASE WHEN flags & 2 <> 0 THEN NULL
                ELSE CASE kind WHEN 2 THEN '2205:' ELSE '2203:' END || api.pad(card_no, 18) END AS claim
      FROM ledger.record
     WHERE verdict = 10 AND kind IN (2, 219)
       AND judged_on BETWEEN coalesce($1::date, '-infinity') AND coalesce($2::date, 'infinity')
), leg AS (
    SELECT t.transfer_id, t.kind, t.card_no, t.amount_fen, t.occurred_at, t.accounting_date, t.debit_account,
           t.credit_account
      FROM ledger.transfer AS t
      JOIN ledger.run AS r ON r.run_id = t.transfer_id >> 40
     WHERE t.kind IN (4, 6) AND t.accounting_date >= coalesce($1::date, '-infinity')
       AND r.accounting_date BETWEEN coalesce($1::date, '-infinity') AND coalesce($2::date, 'infinity')
), entry AS (
    SELECT coalesce(d.record_id, l.transfer_id >> 12) AS entry_id, d.record_id, count(l.transfer_id) AS legs,
           coalesce(sum(l.amount_fen), 0) = d.amount_fen AND count(l.transfer_id) <= 2 AND
           bool_and(coalesce(l.credit_account = d.credit AND l.card_no = d.card_no AND l.occurred_at = d.occurred_at AND
                    l.accounting_date = d.accounting_date AND l.kind = CASE d.kind WHEN 2 THEN 4 ELSE 6 END AND
                    (l.debit_account LIKE d.rest OR l.debit_account = d.claim), false)) AND
           count(DISTINCT l.debit_account) = count(l.transfer_id) AS is_right
      FROM due AS d
      FULL JOIN leg AS l ON l.transfer_id >> 12 = d.record_id
     GROUP BY coalesce(d.record_id, l.transfer_id >> 12), d.record_id, d.amount_fen
)
SELECT CASE WHEN record_id IS NULL THEN format('entry %s of a load or draw has no accepted record', entry_id)
            ELSE format('entry %s with %s legs is not what its load or draw demands', entry_id, legs) END AS finding
  FROM entry WHERE is_right IS NOT TRUE
