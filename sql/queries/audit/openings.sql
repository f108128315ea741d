-- Cards whose opening transfer is not their opening balance, and opening transfers without a card. A card's opening
-- state is that of its first row. $1 date from, $2 date to of the runs (null: no limit)
WITH due AS (
    SELECT first.card_no, first.known_run AS run_id, first.balance_fen
      FROM (SELECT DISTINCT ON (card_no) card_no, known_run, balance_fen
              FROM ref.card ORDER BY card_no, known_run) AS first
      JOIN ledger.run AS r ON r.run_id = first.known_run
     WHERE first.balance_fen <> 0
       AND r.accounting_date BETWEEN coalesce($1::date, '-infinity') AND coalesce($2::date, 'infinity')
), posted AS (
    SELECT t.*
      FROM ledger.transfer AS t
      JOIN ledger.run AS r ON r.run_id = t.transfer_id >> 40
     WHERE t.kind = 1 AND t.accounting_date >= coalesce($1::date, '-infinity')
       AND r.accounting_date BETWEEN coalesce($1::date, '-infinity') AND coalesce($2::date, 'infinity')
)
SELECT CASE WHEN posted.transfer_id IS NULL
            THEN format('the opening balance of card "%s" is not posted', api.pad(due.card_no, 18))
            WHEN due.card_no IS NULL THEN format('opening transfer %s has no card', posted.transfer_id)
            ELSE format('opening transfer %s of card "%s" is not its opening balance of %s fen', posted.transfer_id,
                        api.pad(due.card_no, 18), due.balance_fen) END AS finding
  FROM due
  FULL JOIN posted ON posted.card_no = due.card_no AND posted.transfer_id >> 40 = due.run_id
 WHERE (posted.debit_account, posted.credit_account, posted.amount_fen) IS DISTINCT FROM
       ('3001:', '2001:' || api.pad(due.card_no, 18), due.balance_fen)
