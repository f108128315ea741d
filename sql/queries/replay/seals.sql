-- The digests of the sealed days.
SELECT sealed_date::text, encode(digest, 'hex') FROM ledger.seal ORDER BY sealed_date
