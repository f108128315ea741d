-- Accepted purchases whose entry is not the one that their flags demand (RULES.md 2, P-01 to P-06), and such entries
-- without a record. The entry of a record has the record's id; leg 1 is there where two schools
-- meet.
-- $1 date from, $2 date to of the runs (null: no limit)
WITH due AS (
    SELECT record_id, card_no, amount_fen, occurred_at, accounting_date, device_no, device_seq, flags,
           CASE WHEN flags & 8 <> 0 THEN '6201:' WHEN flags & 2 <> 0 THEN '1298:unknown_card'
                ELSE '2001:' || api.pad(card_no, 18) END AS debit,
           CASE WHEN flags & 1 <> 0 THEN '2298:unknown_terminal' ELSE '2004:' || api.pad(merchant_no, 15) END AS credit,
           -- What two people have agreed to post is posted on the open date (P-16).
           accounting_date IS DISTINCT FROM CASE WHEN flags & 16 <> 0 THEN judged_on ELSE
               greatest(judged_on, (occurred_at AT TIME ZONE 'Asia/Shanghai')::date) END
               AND (decides IS NULL OR accounting_date <> judged_on) AS is_misdated
      FROM ledger.record
     WHERE verdict = 10 AND kind IN (6, 9)
       AND judged_on BETWEEN coalesce($1::date, '-infinity') AND coalesce($2::date, 'infinity')
), leg AS NOT MATERIALIZED (
    SELECT t.*
      FROM ledger.transfer AS t
      JOIN ledger.run AS r ON r.run_id = t.transfer_id >> 40
     WHERE t.kind = 2 AND t.accounting_date >= coalesce($1::date, '-infinity')
       AND r.accounting_date BETWEEN coalesce($1::date, '-infinity') AND coalesce($2::date, 'infinity')
), entry AS (
    SELECT due.*, a.transfer_id, coalesce(due.record_id, a.transfer_id >> 12) AS entry_id,
           a.amount_fen = due.amount_fen AND a.card_no = due.card_no AND a.device_no = due.device_no AND
           a.device_seq = due.device_seq AND a.occurred_at = due.occurred_at AND
           a.accounting_date = due.accounting_date AND NOT due.is_misdated AND
           CASE WHEN due.flags & 8 <> 0 THEN a.debit_account = due.debit || api.pad(a.school_code, 10)
                ELSE a.debit_account = due.debit END AND
           CASE WHEN b.transfer_id IS NULL THEN a.credit_account = due.credit
                ELSE a.credit_account = format('1221:%s:%s', api.pad(a.school_code, 10), api.pad(b.school_code, 10)) AND
                     b.debit_account = format('1221:%s:%s', api.pad(b.school_code, 10), api.pad(a.school_code, 10)) AND
                     b.credit_account = due.credit AND due.credit LIKE '2004:%' AND due.debit NOT LIKE '1298:%' AND
                     b.school_code <> a.school_code AND b.amount_fen = due.amount_fen AND
                     b.accounting_date = a.accounting_date END AS is_right
      FROM due
      FULL JOIN (SELECT * FROM leg WHERE transfer_id & 4095 = 0) AS a ON a.transfer_id >> 12 = due.record_id
      LEFT JOIN (SELECT * FROM leg WHERE transfer_id & 4095 = 1) AS b ON b.transfer_id >> 12 = a.transfer_id >> 12
)
SELECT CASE WHEN transfer_id IS NULL THEN format('record %s was accepted and has no entry', entry_id)
            WHEN record_id IS NULL THEN format('entry %s has no accepted record', entry_id)
            ELSE format('entry %s is not what its record demands: %s fen from "%s" to "%s" on %s', entry_id, amount_fen,
                        debit, credit, accounting_date) END AS finding
  FROM entry
 WHERE is_right IS NOT TRUE
UNION ALL
SELECT format('entry %s has a leg %s', transfer_id >> 12, transfer_id & 4095) FROM leg WHERE transfer_id & 4095 > 1
