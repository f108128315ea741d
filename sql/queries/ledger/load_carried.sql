-- What earlier records of the run's cards repeat of transactions that were not accepted then. A record that is held counts
-- once it is posted.
SELECT k.place, c.kind, c.counter, c.amount_fen, c.psam_no, extract(epoch FROM c.occurred_at)::bigint
  FROM pg_temp.run_card AS k
  JOIN ledger.carried AS c ON c.card_no = k.card_no
 WHERE NOT EXISTS (SELECT FROM ledger.waiting AS w WHERE w.record_id = c.record_id)
   AND NOT EXISTS (SELECT FROM ledger.decision AS d WHERE d.record_id = c.record_id AND d.outcome <> 'posted')
 ORDER BY k.place, c.counter, c.record_id
