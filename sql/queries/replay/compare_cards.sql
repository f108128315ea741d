-- Cards with their balances and counters, one line each, in byte order.
COPY (
    SELECT x::text FROM (
        SELECT b.*, s.offline, s.online, c.topup_fen, c.advance_fen,
               (SELECT array_agg((l.valid_to, l.left_fen)::text ORDER BY l.valid_to) FROM ledger.subsidy_lot AS l
                 WHERE l.card_no = b.card_no::bigint) AS lots
          FROM api.card_balance AS b
          LEFT JOIN ledger.card_state AS s ON s.card_no = b.card_no::bigint
          LEFT JOIN ledger.card_claim AS c ON c.card_no = b.card_no::bigint
    ) AS x
     ORDER BY x::text COLLATE "C"
) TO STDOUT (FORMAT binary)
