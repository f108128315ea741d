-- The contents under which the suspects were held or accepted. seen_range knows the run that saw a sequence first, so
-- that only the leaves of that run are searched, one run after the other. Ranges of a unit are disjoint and hold every
-- suspect, so the range of a suspect is the last one that begins at or before it: one sort of the suspects and of the
-- ranges from the first to the last of them.
DO $$
DECLARE
    seen record;
BEGIN
    CREATE TEMPORARY TABLE run_content (device_no integer, epoch integer, device_seq bigint, digest bigint)
        ON COMMIT DROP;
    CREATE TEMPORARY TABLE run_suspect_run ON COMMIT DROP AS
    SELECT DISTINCT p.device_no, p.epoch, p.number AS device_seq, p.run_id
      FROM (SELECT n.device_no, n.epoch, n.number, n.is_suspect,
                   first_value(n.run_id) OVER (PARTITION BY n.device_no, n.epoch, n.range_no
                                               ORDER BY n.number, n.is_suspect) AS run_id
              FROM (SELECT b.*, count(b.run_id) OVER (PARTITION BY b.device_no, b.epoch
                                                      ORDER BY b.number, b.is_suspect) AS range_no
                      FROM (SELECT g.device_no, g.epoch, lower(g.sequences) AS number, false AS is_suspect, g.run_id
                              FROM (SELECT device_no, epoch, int8range(min(device_seq), max(device_seq), '[]') AS all_of
                                      FROM pg_temp.run_suspect GROUP BY device_no, epoch) AS u
                             CROSS JOIN LATERAL (
                                SELECT * FROM ledger.seen_range AS r
                                 WHERE r.device_no = u.device_no AND r.epoch = u.epoch AND r.sequences && u.all_of
                                OFFSET 0) AS g
                             UNION ALL
                            SELECT device_no, epoch, device_seq, true, NULL FROM pg_temp.run_suspect) AS b) AS n) AS p
     WHERE p.is_suspect;
    ANALYZE pg_temp.run_suspect_run;
    FOR seen IN SELECT DISTINCT run_id, r.accounting_date
                  FROM pg_temp.run_suspect_run JOIN ledger.run AS r USING (run_id) ORDER BY run_id LOOP
        EXECUTE format(
            'INSERT INTO pg_temp.run_content
             SELECT r.device_no, r.epoch, r.device_seq, r.digest
               FROM pg_temp.run_suspect_run AS s
               JOIN ledger.record AS r
                 ON r.device_no = s.device_no AND r.epoch = s.epoch AND r.device_seq = s.device_seq
              WHERE s.run_id = %s AND r.judged_on = %L AND r.record_id >= %s AND r.record_id < %s AND r.verdict <> 3
                AND r.decides IS NULL',
            seen.run_id, seen.accounting_date, seen.run_id << 28, (seen.run_id + 1) << 28);
        EXECUTE format(
            'INSERT INTO pg_temp.run_content
             SELECT r.device_no, 0, r.device_seq, r.digest
               FROM pg_temp.run_suspect_run AS s
               JOIN ledger.identity AS r ON r.device_no = s.device_no AND r.device_seq = s.device_seq
              WHERE s.epoch = 0 AND s.run_id = %s AND r.judged_on = %L AND r.record_id >= %s AND r.record_id < %s
                AND r.verdict <> 3',
            seen.run_id, seen.accounting_date, seen.run_id << 28, (seen.run_id + 1) << 28);
    END LOOP;
    INSERT INTO pg_temp.run_content
    SELECT DISTINCT c.device_no, c.epoch, c.device_seq, c.digest
      FROM pg_temp.run_suspect AS s JOIN ledger.conflict AS c USING (device_no, epoch, device_seq);
END
$$
