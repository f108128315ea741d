-- The reference rows of the cards of a run with the school of the holder. Chips and statuses are numbered as
-- ledger/state.h has them. Known on: the open date of the run that put the card on file, or the next where that day's list
-- had been made by then. Apart from load_card_state, so that the narrow table of the run is what is hashed.
COPY (
    SELECT k.place, coalesce(p.school_code, 0),
           CASE c.chip WHEN 'cpu3des' THEN 0 WHEN 'cpusm4' THEN 1 WHEN 'm1' THEN 2 END, c.card_class,
           CASE c.status WHEN 'normal' THEN 0 WHEN 'lost' THEN 1 WHEN 'locked' THEN 2 WHEN 'frozen' THEN 3
                         WHEN 'closed' THEN 4 END,
           c.expires_on, c.counter, c.online_counter, c.balance_fen, c.key_version,
           r.accounting_date + coalesce((b.run_id < r.run_id)::integer, 0)
      FROM pg_temp.run_card AS k
      JOIN ref.card AS c ON c.card_no = k.card_no AND c.superseded_run IS NULL
      JOIN ledger.run AS r ON r.run_id = c.known_run
      LEFT JOIN ledger.blacklist AS b ON b.list_date = r.accounting_date
      LEFT JOIN ref.person AS p ON p.person_no = c.person_no AND p.superseded_run IS NULL
) TO STDOUT (FORMAT binary)
