-- Exceptions apart from their numbers, and how they closed, one line each, in byte order.
COPY (
    SELECT x::text FROM (
        SELECT e.verdict, e.state, e.school_code, e.device_no, e.device_seq, e.card_no, e.counter, e.amount_fen, e.occurred_at,
               e.accounting_date, e.archive, e.file, e.record_no, e.detail, c.reason, encode(j.raw, 'hex') AS raw
          FROM api.exception AS e
          LEFT JOIN ledger.exception_closing AS c USING (exception_id)
          LEFT JOIN ledger.reject AS j USING (exception_id)
    ) AS x
     ORDER BY x::text COLLATE "C"
) TO STDOUT (FORMAT binary)
