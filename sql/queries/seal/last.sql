-- The last seal before a date, no row before the first. $1 date, null: of all
SELECT sealed_date, encode(digest, 'hex')
  FROM ledger.seal
 WHERE sealed_date < coalesce($1::date, 'infinity')
 ORDER BY sealed_date DESC LIMIT 1
