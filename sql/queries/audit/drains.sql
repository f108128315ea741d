-- Transfers by which subsidies lapse and cards are drained that are not of their form (RULES.md P-08, P-14, P-15): of the
-- card's own accounts, to the fund, to the holder of a card that was closed, or to a card that takes its place.
-- $1 date from, $2 date to (null: no limit)
WITH moved AS (
    SELECT t.*, r.accounting_date AS open_date, left(t.debit_account, 5) AS debit_code, left(t.credit_account, 5) AS credit_code,
           substr(t.credit_account, 6) AS credit_owner
      FROM ledger.transfer AS t
      LEFT JOIN ledger.run AS r ON r.run_id = t.transfer_id >> 40
     WHERE t.kind IN (7, 18, 19)
       AND t.accounting_date BETWEEN coalesce($1::date, '-infinity') AND coalesce($2::date, 'infinity')
), holder AS (
    SELECT DISTINCT card_no, person_no FROM ref.card
), successor AS (
    SELECT DISTINCT replaces AS card_no, api.pad(card_no, 18) AS owner FROM ref.card WHERE replaces IS NOT NULL
), report AS (
    SELECT card_no, min(effective_at) AS first_at, min(effective_at) FILTER (WHERE kind = 'closed') AS closed_at
      FROM ref.loss WHERE kind <> 'found' GROUP BY card_no
)
SELECT format('transfer %s is not of the form of its kind "%s": %s fen from "%s" to "%s"', m.transfer_id, k.name,
              m.amount_fen, m.debit_account, m.credit_account) AS finding
  FROM moved AS m
  JOIN ledger.transfer_kind AS k USING (kind)
  LEFT JOIN holder AS h ON h.card_no = m.card_no AND h.person_no = m.credit_owner
  LEFT JOIN successor AS s ON s.card_no = m.card_no AND s.owner = m.credit_owner
  LEFT JOIN report AS r ON r.card_no = m.card_no
 WHERE (m.accounting_date = m.open_date AND m.occurred_at = m.accounting_date::timestamp AT TIME ZONE 'Asia/Shanghai' AND
        m.debit_account = m.debit_code || api.pad(m.card_no, 18) AND
        CASE m.kind WHEN 7 THEN m.debit_code = '2203:' AND m.credit_account = '3101:'
                    WHEN 18 THEN m.debit_code IN ('2001:', '2205:', '2002:') AND m.credit_code = '2206:' AND
                                 h.card_no IS NOT NULL AND r.closed_at < m.occurred_at + interval '1 day'
                    ELSE (m.debit_code, m.credit_code) IN (('2001:', '2205:'), ('2205:', '2205:'), ('2203:', '2203:')) AND
                         s.card_no IS NOT NULL AND r.first_at < m.occurred_at + interval '1 day' END) IS NOT TRUE
