-- The transfers that were found, by entry and leg.
SELECT transfer_id >> 12, transfer_id & 4095, school_code, coalesce(merchant_no, 0), debit_account, credit_account,
       amount_fen
  FROM pg_temp.run_leg ORDER BY transfer_id
