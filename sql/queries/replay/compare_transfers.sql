-- Transfers apart from their numbers, one line each, in byte order.
COPY (
    SELECT x::text FROM (
        SELECT t.accounting_date, t.occurred_at, t.debit_account, t.credit_account, t.amount_fen, k.name AS kind, t.school_code,
               t.card_no, t.merchant_no, t.device_no, t.device_seq, t.transfer_id & 4095 AS leg, t.reverses IS NOT NULL AS reverses
          FROM ledger.transfer AS t
          JOIN ledger.transfer_kind AS k USING (kind)
    ) AS x
     ORDER BY x::text COLLATE "C"
) TO STDOUT (FORMAT binary)
