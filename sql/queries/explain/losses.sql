-- Loss, found, bad-card and closing rows of a card. $1 bigint: card
SELECT l.kind, to_char(l.effective_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI:SS'), l.reason,
       r.accounting_date::text
  FROM ref.loss AS l
  JOIN ledger.run AS r ON r.run_id = l.known_run
 WHERE l.card_no = $1::bigint
 ORDER BY l.effective_at, l.kind
