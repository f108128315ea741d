-- Sums the amounts of the records seen after a sequence. seen_range knows the runs that saw such sequences, so that only
-- their leaves are searched, one after the other. Conflicts are not seen; a row that decides another repeats it.
DO $$
DECLARE
    seen record;
BEGIN
    CREATE TEMPORARY TABLE run_beyond_sum (place integer, fen bigint) ON COMMIT DROP;
    CREATE TEMPORARY TABLE run_beyond_run ON COMMIT DROP AS
    SELECT DISTINCT b.place, b.device_no, b.epoch, b.last_seq, g.run_id
      FROM pg_temp.run_beyond AS b
      JOIN ledger.seen_range AS g
        ON g.device_no = b.device_no AND g.epoch = b.epoch AND g.sequences && int8range(b.last_seq + 1, NULL)
     WHERE g.run_id <> b.this_run;
    ANALYZE pg_temp.run_beyond_run;
    FOR seen IN SELECT DISTINCT run_id, r.accounting_date
                  FROM pg_temp.run_beyond_run JOIN ledger.run AS r USING (run_id) ORDER BY run_id LOOP
        EXECUTE format(
            'INSERT INTO pg_temp.run_beyond_sum
             SELECT b.place, sum(r.amount_fen)
               FROM pg_temp.run_beyond_run AS b
               JOIN ledger.record AS r
                 ON r.device_no = b.device_no AND r.epoch = b.epoch AND r.device_seq > b.last_seq
              WHERE b.run_id = %s AND r.judged_on = %L AND r.record_id >= %s AND r.record_id < %s AND r.verdict <> 3
                AND r.decides IS NULL
              GROUP BY b.place',
            seen.run_id, seen.accounting_date, seen.run_id << 28, (seen.run_id + 1) << 28);
    END LOOP;
END
$$
