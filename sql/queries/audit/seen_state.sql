-- Devices whose state is not the union of the ranges that runs have seen, or not the sum of the amounts seen (R-23).
WITH kept AS (
    SELECT device_no, epoch, range_agg(int8range(seen[n], seen[n + 1], '[]')) AS sequences,
           array_length(seen, 1) AS bounds
      FROM ledger.device_state CROSS JOIN LATERAL generate_series(1, array_length(seen, 1), 2) AS n
     GROUP BY device_no, epoch, array_length(seen, 1)
), ranges AS (
    SELECT device_no, epoch, range_agg(sequences) AS sequences FROM ledger.seen_range GROUP BY device_no, epoch
)
SELECT format('device "%s", epoch %s: its state is not the union of the ranges seen', api.pad(device_no, 8),
              epoch) AS finding
  FROM kept AS k
  FULL JOIN ranges AS r USING (device_no, epoch)
 WHERE k.sequences IS DISTINCT FROM r.sequences OR k.bounds <> 2 * (SELECT count(*) FROM unnest(r.sequences))
UNION ALL
SELECT format('device "%s", epoch %s: its records seen hold %s fen, its state says %s', api.pad(device_no, 8), epoch,
              coalesce(r.seen_fen, 0), coalesce(s.seen_fen, 0))
  FROM ledger.device_state AS s
  LEFT JOIN (SELECT device_no, epoch, sum(amount_fen) AS seen_fen
               FROM ledger.record WHERE verdict <> 3 AND decides IS NULL GROUP BY device_no, epoch) AS r
       USING (device_no, epoch)
 WHERE s.seen_fen <> coalesce(r.seen_fen, 0)
