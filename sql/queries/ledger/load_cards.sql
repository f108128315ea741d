-- What is known of the cards of a run: reference row, holder's school, state. Chips and states are numbered as
-- ledger/state.h has them.
COPY (
    SELECT k.place, CASE WHEN c.card_no IS NOT NULL THEN coalesce(p.school_code, 0) END,
           CASE c.chip WHEN 'cpu3des' THEN 0 WHEN 'cpusm4' THEN 1 WHEN 'm1' THEN 2 END, c.card_class,
           CASE c.status WHEN 'normal' THEN 0 WHEN 'lost' THEN 1 WHEN 'locked' THEN 2 WHEN 'frozen' THEN 3
                         WHEN 'closed' THEN 4 END,
           c.expires_on, c.counter, c.online_counter, c.balance_fen,
           s.run_id, s.has_transfers, s.purse_fen, s.offline, s.online, s.records, s.tail_at, s.tail_family,
           s.tail_counter, s.tail_reversal, s.tail_after_fen, s.tail_offline, s.tail_online, s.day, s.day_fen
      FROM pg_temp.run_card AS k
      LEFT JOIN ref.card AS c ON c.card_no = k.card_no AND c.superseded_run IS NULL
      LEFT JOIN ref.person AS p ON p.person_no = c.person_no AND p.superseded_run IS NULL
      LEFT JOIN ledger.card_state AS s ON s.card_no = k.card_no
) TO STDOUT (FORMAT binary)
