-- Cash slips whose entry is not what they say (RULES.md P-11), and entries of such kinds without a slip.
-- $1 date from, $2 date to of the runs (null: no limit)
WITH slip AS (
    SELECT c.*, greatest(r.accounting_date, (c.at AT TIME ZONE 'Asia/Shanghai')::date) AS accounting_date,
           CASE c.kind WHEN 'topup' THEN 10 WHEN 'refund' THEN 11 WHEN 'cardfee' THEN 12 ELSE 13 END AS transfer_kind,
           CASE WHEN c.kind <> 'deposit_to_bank' THEN c.card_no END AS of_card, '1001:' || c.cashier AS cash
      FROM ref.cash AS c
      JOIN ledger.run AS r ON r.run_id = c.known_run
     WHERE r.accounting_date BETWEEN coalesce($1::date, '-infinity') AND coalesce($2::date, 'infinity')
), leg AS (
    SELECT t.*
      FROM ledger.transfer AS t
      JOIN ledger.run AS r ON r.run_id = t.transfer_id >> 40
     WHERE t.kind IN (10, 11, 12, 13) AND t.accounting_date >= coalesce($1::date, '-infinity')
       AND r.accounting_date BETWEEN coalesce($1::date, '-infinity') AND coalesce($2::date, 'infinity')
), holder AS (
    SELECT DISTINCT card_no, '2206:' || person_no AS account FROM ref.card
), entry AS (
    SELECT s.slip_no, coalesce(s.entry_id, l.transfer_id >> 12) AS entry_id,
           count(l.transfer_id) AS legs, sum(l.amount_fen) = min(s.amount_fen) AS is_whole,
           bool_and(l.kind = s.transfer_kind AND l.accounting_date = s.accounting_date AND l.occurred_at = s.at AND
                    l.card_no IS NOT DISTINCT FROM s.of_card AND
                    CASE s.kind WHEN 'topup' THEN l.debit_account = s.cash AND
                                     l.credit_account IN ('2205:' || api.pad(s.card_no, 18), '1122:unknown')
                                WHEN 'refund' THEN h.account IS NOT NULL AND l.credit_account = s.cash
                                WHEN 'cardfee' THEN l.debit_account = s.cash AND
                                                    l.credit_account = '6005:' || api.pad(l.school_code, 10)
                                ELSE l.debit_account = '1002:' || s.bank_account AND l.credit_account = s.cash END)
               AS is_right
      FROM slip AS s
      FULL JOIN leg AS l ON l.transfer_id >> 12 = s.entry_id
      LEFT JOIN holder AS h ON h.card_no = s.card_no AND h.account = l.debit_account
     GROUP BY 1, 2
)
SELECT CASE WHEN slip_no IS NULL THEN format('entry %s has no cash slip', entry_id)
            WHEN legs = 0 THEN format('cash slip "%s" is not posted', slip_no)
            ELSE format('entry %s is not what cash slip "%s" says', entry_id, slip_no) END AS finding
  FROM entry
 WHERE (is_whole AND is_right) IS NOT TRUE
