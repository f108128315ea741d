-- What an audit looked at: runs, records, transfers and their sum. $1 date from, $2 date to (null: no limit)
SELECT (SELECT count(*) FROM ledger.run
         WHERE accounting_date BETWEEN coalesce($1::date, '-infinity') AND coalesce($2::date, 'infinity')),
       (SELECT count(*) FROM ledger.record
         WHERE judged_on BETWEEN coalesce($1::date, '-infinity') AND coalesce($2::date, 'infinity')),
       count(*), coalesce(sum(amount_fen), 0)::bigint
  FROM ledger.transfer
 WHERE accounting_date BETWEEN coalesce($1::date, '-infinity') AND coalesce($2::date, 'infinity')
