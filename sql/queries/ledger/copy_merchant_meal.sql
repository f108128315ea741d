-- Binary COPY of a run's figures by merchant and meal.
COPY ledger.merchant_meal (accounting_date, run_id, merchant_no, meal, purchases, purchase_fen, reversals, reversal_fen,
                           late, late_fen, held, held_fen) FROM STDIN (FORMAT binary)
