-- A person's cards with their balances and what is open about them. $1 text: person
SELECT lpad(c.card_no::text, 18, '0'), c.status, c.issued_on::text, c.expires_on::text, lpad(c.replaces::text, 18, '0'),
       coalesce(s.purse_fen, 0) AS ledger_fen,
       CASE WHEN s.records > 0 THEN s.tail_after_fen ELSE c.balance_fen END AS card_fen,
       coalesce(s.purse_fen, 0) - CASE WHEN s.records > 0 THEN s.tail_after_fen ELSE c.balance_fen END AS difference_fen,
       coalesce(s.records, 0) AS records,
       (SELECT count(*) FROM ledger.exception AS e
         WHERE e.card_no = c.card_no
           AND NOT EXISTS (SELECT FROM ledger.exception_closing AS x WHERE x.exception_id = e.exception_id)) AS open_exceptions
  FROM ref.card AS c
  LEFT JOIN ledger.card_state AS s USING (card_no)
 WHERE c.person_no = $1::text AND c.superseded_run IS NULL
 ORDER BY c.issued_on, c.card_no
