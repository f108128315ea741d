-- The seals of the dates $1 to $2 (date, null: no limit), the oldest first.
SELECT sealed_date, encode(previous_digest, 'hex'), encode(digest, 'hex'), transfers, debit_fen
  FROM ledger.seal
 WHERE sealed_date BETWEEN coalesce($1::date, '-infinity') AND coalesce($2::date, 'infinity')
 ORDER BY sealed_date
