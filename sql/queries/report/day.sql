-- The date, the first date of the books and the seal, one row. A date that is not sealed has nulls.
-- $1 date: the accounting date
SELECT (SELECT min(r.accounting_date) FROM ledger.run AS r) AS first_date, s.run_id, s.transfers, s.debit_fen,
       encode(s.digest, 'hex') AS digest, encode(s.previous_digest, 'hex') AS previous_digest
  FROM (SELECT) AS one
  LEFT JOIN ledger.seal AS s ON s.sealed_date = $1::date
