-- The purses of all cards together against code 2001.
SELECT format('the purses of all cards hold %s fen, code 2001 makes %s', purse_fen, ledger_fen) AS finding
  FROM (SELECT coalesce(sum(purse_fen), 0) AS purse_fen FROM ledger.card_state) AS purse,
       (SELECT coalesce(sum(credit_fen - debit_fen), 0) AS ledger_fen FROM ledger.trial_delta WHERE code = 2001) AS book
 WHERE purse_fen <> ledger_fen
