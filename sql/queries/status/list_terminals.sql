-- Terminals that said last that their list is some nights old, the oldest first, and how many there are.
-- $1 bigint: more nights than these; $2 bigint: at most so many rows
SELECT lpad(device_no::text, 8, '0'), lpad(school_code::text, 10, '0'), class, said_version::text,
       to_char(said_at, 'YYYY-MM-DD HH24:MI:SS'), nights_behind, count(*) OVER ()
  FROM ledger.list_terminals((SELECT max(accounting_date) FROM ledger.run))
 WHERE nights_behind > $1::bigint
 ORDER BY nights_behind DESC, device_no
 LIMIT $2::bigint
