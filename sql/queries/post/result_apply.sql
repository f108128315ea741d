-- Brings the results into the registry, for packages that still have the bytes that were judged. $1 bigint run
UPDATE ops.archive AS a
   SET state = r.state, reason = r.reason, detail = r.detail, records = r.records, posted = r.posted,
       duplicate = r.duplicate, held = r.held, rejected = r.rejected, amount_fen = r.amount_fen,
       posted_fen = r.posted_fen, duplicate_fen = r.duplicate_fen, held_fen = r.held_fen,
       rejected_fen = r.rejected_fen, run_id = CASE r.state WHEN 'waiting' THEN NULL ELSE $1::bigint END
  FROM pg_temp.run_result AS r
 WHERE a.archive_id = r.archive_id AND a.sha256 = r.sha256 AND a.state IN ('collected', 'waiting')
