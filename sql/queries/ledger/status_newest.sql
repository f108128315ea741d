-- The newest status row of each device that has one, the run that brought it, and whether a device_total is open, or was closed
-- by two people after that row had come.
COPY (SELECT d.place, s.at, s.uncollected, s.last_seq, s.total_count, s.total_amount_fen, s.run_id,
             EXISTS (SELECT FROM ledger.exception AS e
                      WHERE e.verdict = 33 AND e.device_no = d.device_no
                        AND NOT EXISTS (SELECT FROM ledger.exception_closing AS c
                                         WHERE c.exception_id = e.exception_id
                                           AND (c.proposal_id IS NULL OR c.run_id < s.run_id)))
        FROM pg_temp.run_status_device AS d
       CROSS JOIN LATERAL (SELECT * FROM ledger.device_status AS n
                            WHERE n.device_no = d.device_no
                            ORDER BY n.at DESC, n.run_id DESC, n.ordinal DESC
                            LIMIT 1) AS s) TO STDOUT (FORMAT binary)
