-- A statement by its number. $1 text
SELECT s.statement_no, s.merchant_no, lpad(s.merchant_no::text, 15, '0'), s.period, s.from_date, s.to_date, s.edition,
       s.turnover_fen, s.fee_fen, s.net_fen, encode(s.sha256, 'hex'), encode(s.csv, 'hex'), s.run_id,
       r.accounting_date::text, m.name,
       (SELECT max(n.edition) FROM ledger.statement AS n WHERE n.merchant_no = s.merchant_no AND n.period = s.period)
  FROM ledger.statement AS s
  JOIN ledger.run AS r USING (run_id)
  LEFT JOIN ref.merchant AS m ON m.merchant_no = s.merchant_no AND m.superseded_run IS NULL
 WHERE s.statement_no = $1::text
