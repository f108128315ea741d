-- What has been seen of every device, and whether the first row of its history is newer: then it may count from another
-- number than it did.
COPY (
    SELECT d.device_no, d.epoch, d.run_id, d.seen, d.seen_fen, d.epoch = 0 AND t.known_run >= d.run_id
      FROM ledger.device_state AS d
      LEFT JOIN (SELECT DISTINCT ON (device_no) device_no, known_run
                   FROM ref.terminal WHERE superseded_run IS NULL ORDER BY device_no, valid_from) AS t USING (device_no)
) TO STDOUT (FORMAT binary)
