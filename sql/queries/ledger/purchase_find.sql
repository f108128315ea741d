-- The accepted purchases of the sequences in pg_temp.run_reversed. seen_range knows the run that saw a sequence first,
-- ledger.conflict those that held other contents of it, any of which two people may have posted (RULES.md P-16). A purchase
-- that was held then and posted later has the row of its decision; a gray that R-09 refused has a second one behind that.
-- Only the leaves of those runs are opened.
DO $$
DECLARE
    seen record;
BEGIN
    ANALYZE pg_temp.run_reversed;
    CREATE TEMPORARY TABLE run_reversed_run ON COMMIT DROP AS
    SELECT w.device_no, w.epoch, w.device_seq, s.run_id
      FROM pg_temp.run_reversed AS w
      JOIN ledger.seen_range AS s ON s.device_no = w.device_no AND s.epoch = w.epoch AND s.sequences @> w.device_seq
     UNION
    SELECT c.device_no, c.epoch, c.device_seq, c.run_id
      FROM pg_temp.run_reversed AS w
      JOIN ledger.conflict AS c USING (device_no, epoch, device_seq);
    CREATE TEMPORARY TABLE run_reversed_row (device_no integer, epoch integer, device_seq bigint, entry_id bigint)
        ON COMMIT DROP;
    CREATE TEMPORARY TABLE run_purchase (
        device_no integer, epoch integer, device_seq bigint, entry_id bigint, accounting_date date, card_no bigint,
        amount_fen bigint, merchant_no bigint
    ) ON COMMIT DROP;
    FOR seen IN SELECT DISTINCT run_id, r.accounting_date
                  FROM pg_temp.run_reversed_run JOIN ledger.run AS r USING (run_id) ORDER BY run_id LOOP
        EXECUTE format(
            'INSERT INTO pg_temp.run_reversed_row
             SELECT r.device_no, r.epoch, r.device_seq,
                    CASE r.verdict WHEN 10 THEN r.record_id ELSE coalesce(l.posted_id, d.posted_id) END
               FROM pg_temp.run_reversed_run AS s
               JOIN ledger.record AS r
                 ON r.device_no = s.device_no AND r.epoch = s.epoch AND r.device_seq = s.device_seq
               LEFT JOIN ledger.decision AS d ON d.record_id = r.record_id
               LEFT JOIN ledger.decision AS l ON l.record_id = d.posted_id AND d.outcome = ''held''
              WHERE s.run_id = %s AND r.judged_on = %L AND r.record_id >= %s AND r.record_id < %s
                AND r.kind IN (6, 9) AND r.decides IS NULL AND (r.verdict = 10 OR ''posted'' IN (d.outcome, l.outcome))',
            seen.run_id, seen.accounting_date, seen.run_id << 28, (seen.run_id + 1) << 28);
    END LOOP;
    ANALYZE pg_temp.run_reversed_row;
    FOR seen IN SELECT DISTINCT r.run_id, r.accounting_date
                  FROM pg_temp.run_reversed_row AS w JOIN ledger.run AS r ON r.run_id = w.entry_id >> 28
                 ORDER BY r.run_id LOOP
        EXECUTE format(
            'INSERT INTO pg_temp.run_purchase
             SELECT w.device_no, w.epoch, w.device_seq, r.record_id, r.accounting_date, r.card_no, r.amount_fen,
                    CASE WHEN r.flags & 1 = 0 THEN r.merchant_no END
               FROM pg_temp.run_reversed_row AS w
               JOIN ledger.record AS r ON r.record_id = w.entry_id
              WHERE w.entry_id >= %s AND w.entry_id < %s
                AND r.judged_on = %L AND r.record_id >= %s AND r.record_id < %s',
            seen.run_id << 28, (seen.run_id + 1) << 28, seen.accounting_date, seen.run_id << 28,
            (seen.run_id + 1) << 28);
    END LOOP;
END
$$
