-- What is on file of a card and what its state is; no row when nothing is known of it. $1 bigint: card
SELECT c.card_no IS NOT NULL AS on_file, c.person_no, p.name, lpad(p.school_code::text, 10, '0'), s.name AS school,
       c.card_class, c.chip, c.key_version, c.status, c.issued_on::text, c.expires_on::text, lpad(c.replaces::text, 18, '0'),
       c.counter, c.online_counter, coalesce(c.balance_fen, 0), coalesce(t.purse_fen, 0) AS purse_fen,
       coalesce(t.records, 0) AS records, t.tail_after_fen, t.tail_at,
       coalesce((SELECT sum(d.credit_fen - d.debit_fen) FROM ledger.account_delta AS d
                  WHERE d.account = '2205:' || api.pad($1::bigint, 18)), 0)::bigint AS topup_fen,
       coalesce((SELECT sum(d.credit_fen - d.debit_fen) FROM ledger.account_delta AS d
                  WHERE d.account = '2203:' || api.pad($1::bigint, 18)), 0)::bigint AS subsidy_fen,
       coalesce((SELECT sum(d.credit_fen - d.debit_fen) FROM ledger.account_delta AS d
                  WHERE d.account = '2002:' || api.pad($1::bigint, 18)), 0)::bigint AS deposit_fen,
       coalesce(ledger.last_sealed()::text, ''), t.offline::text, t.online::text
  FROM (SELECT $1::bigint AS card_no) AS asked
  LEFT JOIN ref.card AS c ON c.card_no = asked.card_no AND c.superseded_run IS NULL
  LEFT JOIN ref.person AS p ON p.person_no = c.person_no AND p.superseded_run IS NULL
  LEFT JOIN ref.school AS s ON s.school_code = p.school_code AND s.superseded_run IS NULL AND s.settlement_from IS NULL
  LEFT JOIN ledger.card_state AS t ON t.card_no = asked.card_no
 WHERE c.card_no IS NOT NULL OR t.card_no IS NOT NULL
    OR EXISTS (SELECT FROM ledger.record AS r WHERE r.card_no = $1::bigint)
