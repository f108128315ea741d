-- Accepted purchases of each own day (RULES.md 1, over_limit), leaf by leaf: only leaves that hold records of such a day
-- are opened, however many there are. LATERAL and OFFSET keep it to one look into the card's index a day.
DO $$
DECLARE
    leaf record;
BEGIN
    CREATE TEMPORARY TABLE run_own_day_part (place integer, fen bigint) ON COMMIT DROP;
    CREATE TEMPORARY TABLE run_own_day_astray ON COMMIT DROP AS
    SELECT d.place, a.run_id, a.judged_on
      FROM pg_temp.run_own_day AS d
      JOIN ledger.record_astray AS a ON a.card_no = d.card_no AND a.first_at < d.to_at AND a.last_at >= d.from_at;
    FOR leaf IN SELECT run_id, judged_on, coalesce(s.first_at, 'infinity') AS first_at,
                       coalesce(s.last_at, '-infinity') AS last_at
                  FROM (SELECT s.*
                          FROM ledger.record_span AS s
                         WHERE EXISTS (SELECT FROM (SELECT DISTINCT from_at, to_at FROM pg_temp.run_own_day) AS d
                                        WHERE s.first_at < d.to_at AND s.last_at >= d.from_at)) AS s
                  FULL JOIN (SELECT DISTINCT run_id, judged_on FROM pg_temp.run_own_day_astray) AS a
                 USING (run_id, judged_on) LOOP
        EXECUTE format(
            'INSERT INTO pg_temp.run_own_day_part
             SELECT d.place, r.fen
               FROM pg_temp.run_own_day AS d
              CROSS JOIN LATERAL (
                 SELECT sum(r.amount_fen)::bigint AS fen
                   FROM ledger.record AS r
                  WHERE r.judged_on = %L AND r.record_id >= %s AND r.record_id < %s AND r.card_no = d.card_no
                    AND r.occurred_at >= d.from_at AND r.occurred_at < d.to_at AND r.verdict = 10 AND r.kind IN (6, 9)
                 OFFSET 0) AS r
              WHERE (%L < d.to_at AND %L >= d.from_at
                     OR d.place IN (SELECT place FROM pg_temp.run_own_day_astray WHERE run_id = %s))
                AND r.fen IS NOT NULL',
            leaf.judged_on, leaf.run_id << 28, (leaf.run_id + 1) << 28, leaf.first_at, leaf.last_at, leaf.run_id);
    END LOOP;
END
$$;
