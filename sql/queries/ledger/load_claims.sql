-- What the cards of a run may claim, a row for each lot or one without; valid_to null: never lapses.
COPY (
    SELECT c.card_no, c.run_id, c.topup_fen, c.advance_fen, l.valid_to, l.left_fen
      FROM pg_temp.run_card AS k
      JOIN ledger.card_claim AS c USING (card_no)
      LEFT JOIN ledger.subsidy_lot AS l USING (card_no)
) TO STDOUT (FORMAT binary)
