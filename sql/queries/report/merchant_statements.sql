-- The statements of some merchants, the latest edition of each period, the newest period first.
-- $1 text: merchant numbers as an array, '{…}'
SELECT DISTINCT ON (s.merchant_no, s.to_date, s.period) s.merchant_no, s.statement_no, s.period, s.from_date, s.to_date,
       s.edition, s.turnover_fen, s.fee_fen, s.net_fen, encode(s.sha256, 'hex') AS sha256
  FROM ledger.statement AS s
 WHERE s.merchant_no = ANY ($1::bigint[])
 ORDER BY s.merchant_no, s.to_date DESC, s.period DESC, s.edition DESC
