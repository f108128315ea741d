-- What earlier records of the run's cards repeat of transactions that were not accepted then, and the carrier where it still
-- waits for its own decision: it counts once it is posted. One that is void or refused says nothing.
SELECT k.place, c.kind, c.counter, c.amount_fen, c.psam_no, extract(epoch FROM c.occurred_at)::bigint,
       CASE WHEN w.record_id IS NOT NULL AND d.record_id IS NULL THEN c.record_id ELSE 0 END
  FROM pg_temp.run_card AS k
  JOIN ledger.carried AS c ON c.card_no = k.card_no
  LEFT JOIN ledger.waiting AS w ON w.record_id = c.record_id
  LEFT JOIN ledger.decision AS d ON d.record_id = c.record_id
 WHERE d.record_id IS NULL OR d.outcome = 'posted'
 ORDER BY k.place, c.counter, c.record_id
