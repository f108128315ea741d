-- What earlier runs left of the cards of a run.
COPY (
    SELECT k.place, s.run_id, s.has_transfers, s.purse_fen, s.offline, s.online, s.records, s.tail_at, s.tail_family,
           s.tail_counter, s.tail_reversal, s.tail_after_fen, s.tail_offline, s.tail_online, s.day, s.day_fen
      FROM pg_temp.run_card AS k
      JOIN ledger.card_state AS s ON s.card_no = k.card_no
) TO STDOUT (FORMAT binary)
