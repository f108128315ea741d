-- Every sealed date and the given one, the newest first. A date that is not sealed has nulls.
-- $1 date: the accounting date that is being reported
SELECT coalesce(s.sealed_date, one.day) AS accounting_date, s.transfers, s.debit_fen, encode(s.digest, 'hex') AS digest
  FROM (SELECT $1::date AS day) AS one
  FULL JOIN ledger.seal AS s ON s.sealed_date = one.day
 ORDER BY 1 DESC
