-- Seals a date. $1 date, $2 bigint run, $3 text previous digest and $4 text digest in hex, $5 bigint transfers,
-- $6 bigint sum of their amounts
INSERT INTO ledger.seal (sealed_date, run_id, previous_digest, digest, transfers, debit_fen)
VALUES ($1::date, $2::bigint, decode($3::text, 'hex'), decode($4::text, 'hex'), $5::bigint, $6::bigint)
