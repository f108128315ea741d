-- As load_claims, of cards that a run asks for by number, each any number of times.
COPY (
    SELECT c.card_no, c.run_id, c.topup_fen, c.advance_fen, l.valid_to, l.left_fen
      FROM ledger.card_claim AS c
      LEFT JOIN ledger.subsidy_lot AS l USING (card_no)
     WHERE c.card_no IN (SELECT card_no FROM pg_temp.run_claimant)
) TO STDOUT (FORMAT binary)
