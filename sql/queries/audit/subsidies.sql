-- Subsidies whose entries are not what they say (RULES.md P-08), and entries of that kind without one. Each card that got
-- something has an entry, in the order of their numbers; a card of a class had that class once.
-- $1 date from, $2 date to of the runs (null: no limit)
WITH due AS (
    SELECT s.batch_no, s.card_class, s.card_no, s.amount_fen, r.accounting_date, s.first_entry_id + n AS entry_id
      FROM ref.subsidy AS s
      JOIN ledger.run AS r ON r.run_id = s.known_run
     CROSS JOIN LATERAL generate_series(0, s.cards - 1) AS n
     WHERE r.accounting_date BETWEEN coalesce($1::date, '-infinity') AND coalesce($2::date, 'infinity')
), leg AS (
    SELECT t.*
      FROM ledger.transfer AS t
      JOIN ledger.run AS r ON r.run_id = t.transfer_id >> 40
     WHERE t.kind = 5 AND t.accounting_date >= coalesce($1::date, '-infinity')
       AND r.accounting_date BETWEEN coalesce($1::date, '-infinity') AND coalesce($2::date, 'infinity')
), class AS (
    SELECT DISTINCT card_no, card_class FROM ref.card
), entry AS (
    SELECT coalesce(d.entry_id, l.transfer_id >> 12) AS entry_id, d.batch_no, l.transfer_id,
           l.transfer_id & 4095 = 0 AND l.debit_account = '3101:' AND
           l.credit_account = '2203:' || api.pad(l.card_no, 18) AND l.amount_fen = d.amount_fen AND
           l.accounting_date = d.accounting_date AND l.card_no = coalesce(d.card_no, c.card_no) AND
           l.card_no IS DISTINCT FROM lag(l.card_no) OVER (PARTITION BY d.batch_no, d.card_class, d.card_no
                                                           ORDER BY l.card_no) AS is_right
      FROM due AS d
      FULL JOIN leg AS l ON l.transfer_id >> 12 = d.entry_id
      LEFT JOIN class AS c ON c.card_no = l.card_no AND c.card_class = d.card_class
)
SELECT CASE WHEN batch_no IS NULL THEN format('entry %s has no subsidy', entry_id)
            WHEN transfer_id IS NULL THEN format('entry %s of subsidy "%s" is not posted', entry_id, batch_no)
            ELSE format('entry %s is not what subsidy "%s" says', entry_id, batch_no) END AS finding
  FROM entry
 WHERE is_right IS NOT TRUE
