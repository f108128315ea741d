-- Merchant fees that settle kept and the transfers that book them. $1 date from, $2 date to (null: no limit)
WITH moved AS (
    SELECT accounting_date, transfer_id >> 40 AS run_id, merchant_no,
           sum(CASE WHEN debit_account = '2004:' || api.pad(merchant_no, 15) AND credit_account LIKE '6002:%'
                    THEN amount_fen
                    WHEN credit_account = '2004:' || api.pad(merchant_no, 15) AND debit_account LIKE '6002:%'
                    THEN -amount_fen END) AS fee_fen
      FROM ledger.transfer
     WHERE kind = 14 AND accounting_date BETWEEN coalesce($1::date, '-infinity') AND coalesce($2::date, 'infinity')
     GROUP BY accounting_date, transfer_id >> 40, merchant_no
), kept AS (
    SELECT accounting_date, run_id, merchant_no, fee_fen
      FROM ledger.merchant_fee
     WHERE accounting_date BETWEEN coalesce($1::date, '-infinity') AND coalesce($2::date, 'infinity')
)
SELECT format('%s, run %s, merchant "%s": the fee kept is %s fen, the transfers make %s', accounting_date, run_id,
              api.pad(merchant_no, 15), coalesce(k.fee_fen, 0), coalesce(m.fee_fen, 0)) AS finding
  FROM kept AS k
  FULL JOIN moved AS m USING (accounting_date, run_id, merchant_no)
 WHERE k.fee_fen IS DISTINCT FROM m.fee_fen
