-- The canonical rows of the transfers dated after $1 date (null: from the beginning) and up to $2 date
-- (docs/ledger.md): columns separated by tabs, null as \N, a backslash, tab or line feed in an account's name escaped
-- as COPY does; times in UTC. Second column: the amount.
SELECT concat_ws(E'\t', transfer_id, school_code, to_char(accounting_date, 'YYYY-MM-DD'),
                 to_char(occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
                 replace(replace(replace(debit_account, E'\\', E'\\\\'), E'\t', E'\\t'), E'\n', E'\\n'),
                 replace(replace(replace(credit_account, E'\\', E'\\\\'), E'\t', E'\\t'), E'\n', E'\\n'),
                 amount_fen, kind, coalesce(card_no::text, '\N'), coalesce(merchant_no::text, '\N'),
                 coalesce(device_no::text, '\N'), coalesce(device_seq::text, '\N'), coalesce(reverses::text, '\N')),
       amount_fen
  FROM ledger.transfer
 WHERE accounting_date > coalesce($1::date, '-infinity') AND accounting_date <= $2::date
 ORDER BY accounting_date, transfer_id
