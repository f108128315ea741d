-- Loss reports of the cards of a run, by card and time; kinds are numbered as ledger/state.h has them. Known on: the open
-- date of the run that took a report in, or the next where that day's list had been made by then.
SELECT k.place, extract(epoch FROM l.effective_at)::bigint,
       CASE l.kind WHEN 'lost' THEN 0 WHEN 'found' THEN 1 WHEN 'bad' THEN 2 WHEN 'closed' THEN 3 END,
       r.accounting_date + coalesce((b.run_id < r.run_id)::integer, 0)
  FROM pg_temp.run_card AS k
  JOIN ref.loss AS l USING (card_no)
  JOIN ledger.run AS r ON r.run_id = l.known_run
  LEFT JOIN ledger.blacklist AS b ON b.list_date = r.accounting_date
 ORDER BY k.place, l.effective_at, l.line_number
