-- Each merchant with turnover or a booked fee on an accounting date, with the row that counts now. $1 date
SELECT f.merchant_no, m.school_code, f.turnover_fen, f.booked_fen, m.fee_bps, m.fee_min_fen, m.fee_max_fen
  FROM (SELECT merchant_no, sum(turnover_fen)::bigint AS turnover_fen, sum(booked_fen)::bigint AS booked_fen
          FROM (SELECT merchant_no, purchase_fen - reversal_fen AS turnover_fen, 0 AS booked_fen
                  FROM ledger.merchant_meal WHERE accounting_date = $1::date
                 UNION ALL
                SELECT merchant_no, 0, fee_fen FROM ledger.merchant_fee WHERE accounting_date = $1::date) AS part
         GROUP BY merchant_no) AS f
  LEFT JOIN ref.merchant AS m ON m.merchant_no = f.merchant_no AND m.superseded_run IS NULL
 ORDER BY f.merchant_no
