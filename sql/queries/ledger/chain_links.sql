-- The accepted records of each chain from its moment on, leaf by leaf: only leaves that hold records of that time are
-- opened, however many there are.
DO $$
DECLARE
    leaf record;
BEGIN
    CREATE TEMPORARY TABLE run_found (place integer NOT NULL, link ledger.record NOT NULL) ON COMMIT DROP;
    CREATE TEMPORARY TABLE run_chain_astray ON COMMIT DROP AS
    SELECT w.place, a.run_id, a.judged_on, a.first_at, a.last_at
      FROM pg_temp.run_chain AS w
      JOIN ledger.record_astray AS a ON a.card_no = w.card_no;
    FOR leaf IN SELECT run_id, judged_on, coalesce(s.last_at, '-infinity') AS last_at
                  FROM (SELECT s.*
                          FROM ledger.record_span AS s
                         WHERE s.last_at >= (SELECT min(from_at) FROM pg_temp.run_chain)) AS s
                  FULL JOIN (SELECT DISTINCT a.run_id, a.judged_on
                               FROM pg_temp.run_chain_astray AS a
                               JOIN pg_temp.run_chain AS w ON w.place = a.place AND a.last_at >= w.from_at) AS a
                 USING (run_id, judged_on) LOOP
        EXECUTE format(
            'INSERT INTO pg_temp.run_found
             SELECT w.place, r.link
               FROM pg_temp.run_chain AS w
              CROSS JOIN LATERAL (
                 SELECT r AS link
                   FROM ledger.record AS r
                  WHERE r.judged_on = %L AND r.record_id >= %s AND r.record_id < %s AND r.card_no = w.card_no
                    AND r.occurred_at >= w.from_at AND r.verdict = 10
                 OFFSET 0) AS r
              WHERE w.from_at <= %L OR w.place IN (SELECT place FROM pg_temp.run_chain_astray WHERE run_id = %s)',
            leaf.judged_on, leaf.run_id << 28, (leaf.run_id + 1) << 28, leaf.last_at, leaf.run_id);
    END LOOP;
END
$$;
