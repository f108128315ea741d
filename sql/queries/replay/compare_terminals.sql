-- Figures of terminals by date, and what has been seen of them, one line each, in byte order.
COPY (
    SELECT x::text FROM (
        SELECT accounting_date::text, device_no, collected::text, posted::text, duplicate::text, held::text, rejected::text,
               missing::text, amount_fen::text, device_total_fen::text FROM api.terminal_day
         UNION ALL
        SELECT 'seen', api.pad(device_no, 8), epoch::text, seen::text, seen_fen::text, NULL, NULL, NULL, NULL, NULL
          FROM ledger.device_state
    ) AS x
     ORDER BY x::text COLLATE "C"
) TO STDOUT (FORMAT binary)
