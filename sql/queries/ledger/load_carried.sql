-- What earlier records of the run's cards repeat of transactions that were not accepted then, and the carrier where it is
-- still held: it counts once it is posted. Where R-09 refused a gray, the row of that decision is what may be posted. One
-- that is void says nothing.
SELECT k.place, c.kind, c.counter, c.amount_fen, c.psam_no, extract(epoch FROM c.occurred_at)::bigint,
       CASE WHEN NOT c.is_held OR 'posted' IN (d.outcome, l.outcome) THEN 0
            ELSE coalesce(d.posted_id, c.record_id) END
  FROM pg_temp.run_card AS k
  JOIN ledger.carried AS c ON c.card_no = k.card_no
  LEFT JOIN ledger.decision AS d ON d.record_id = c.record_id
  LEFT JOIN ledger.decision AS l ON l.record_id = d.posted_id AND d.outcome = 'held'
 WHERE d.outcome IS DISTINCT FROM 'void' AND l.outcome IS DISTINCT FROM 'void'
 ORDER BY k.place, c.counter, c.record_id
