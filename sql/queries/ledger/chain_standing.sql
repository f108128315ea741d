-- Where each chain stands before its moment: the last accepted record, and the last of each family that has a record
-- from there on (of the others the card's state knows it). Leaves are searched from the newest back, until what was found
-- is newer than all that is left; what cannot be there is not looked for. Kinds 2 and 219 are the online family, 254 is a
-- reversal.
DO $$
DECLARE
    leaf record;
    searched integer := 0;    -- leaves; rows of run_former that are still open are those of this step
    is_open boolean := false;
    still_open bigint;
    oldest timestamptz := 'infinity'; -- what is wanted of before a moment after this is open, or found
    -- is_online null: of any family; best: the newest found so far
    search text := 'INSERT INTO pg_temp.run_former
        SELECT %s, w.place, w.card_no, w.from_at, w.is_online, coalesce((
                   SELECT r
                     FROM ledger.record AS r
                    WHERE r.judged_on = %L AND r.record_id >= %s AND r.record_id < %s AND r.card_no = w.card_no
                      AND r.occurred_at < w.from_at AND r.verdict = 10
                      AND (w.is_online IS NULL OR (r.kind IN (2, 219)) = w.is_online)
                      AND (w.best IS NULL
                           OR (r.occurred_at, r.kind IN (2, 219), r.counter, r.kind = 254, r.device_no, r.epoch, r.device_seq)
                            > ((w.best).occurred_at, (w.best).kind IN (2, 219), (w.best).counter, (w.best).kind = 254,
                               (w.best).device_no, (w.best).epoch, (w.best).device_seq))
                    ORDER BY r.occurred_at DESC, r.kind IN (2, 219) DESC, r.counter DESC, r.kind = 254 DESC,
                             r.device_no DESC, r.epoch DESC, r.device_seq DESC
                    LIMIT 1), w.best)
          FROM %s AS w
         WHERE %s';
BEGIN
    -- A record that is not among the counters of a family is a reversal, or one of two with the same counter, which people
    -- have let in: it may be of either.
    CREATE TEMPORARY TABLE run_want ON COMMIT DROP AS
    SELECT w.place, w.card_no, w.from_at, f.is_online, NULL::ledger.record AS best
      FROM pg_temp.run_chain AS w
      LEFT JOIN (SELECT place, count(*) AS records, count(*) FILTER (WHERE (link).kind IN (2, 219)) AS online,
                        count(*) FILTER (WHERE (link).kind IN (6, 9)) AS offline
                   FROM pg_temp.run_found GROUP BY place) AS l USING (place)
     CROSS JOIN LATERAL (SELECT w.records - coalesce(l.records, 0) AS records,
                                greatest(w.offline - coalesce(l.offline, 0), 0) AS offline,
                                greatest(w.online - coalesce(l.online, 0), 0) AS online) AS before
     CROSS JOIN LATERAL (
        VALUES (NULL, true),
               (false, before.offline > 0 OR before.records > before.offline + before.online),
               (true, (coalesce(l.online, 0) > 0 OR NOT w.offline_only)
                      AND (before.online > 0 OR before.records > before.offline + before.online))
        ) AS f (is_online, is_wanted)
     WHERE before.records > 0 AND f.is_wanted;
    CREATE TEMPORARY TABLE run_former (step integer, LIKE pg_temp.run_want) ON COMMIT DROP;
    CREATE INDEX ON pg_temp.run_former (step);

    -- Records that lie astray first, each leaf for the cards that it names.
    FOR leaf IN SELECT a.run_id, a.judged_on
                  FROM pg_temp.run_chain_astray AS a
                  JOIN pg_temp.run_want AS w ON w.place = a.place AND a.first_at < w.from_at
                 GROUP BY a.run_id, a.judged_on ORDER BY a.run_id LOOP
        EXECUTE format(search, 0, leaf.judged_on, leaf.run_id << 28, (leaf.run_id + 1) << 28, 'pg_temp.run_want',
                       format('w.place IN (SELECT place FROM pg_temp.run_chain_astray WHERE run_id = %s)', leaf.run_id));
        DELETE FROM pg_temp.run_want AS w
         USING pg_temp.run_former AS n
         WHERE n.place = w.place AND n.is_online IS NOT DISTINCT FROM w.is_online;
        INSERT INTO pg_temp.run_want SELECT place, card_no, from_at, is_online, best FROM pg_temp.run_former;
        DELETE FROM pg_temp.run_former;
    END LOOP;
    CREATE INDEX ON pg_temp.run_want (from_at);
    ANALYZE pg_temp.run_want;

    FOR leaf IN SELECT run_id, judged_on, first_at, last_at FROM ledger.record_span ORDER BY last_at DESC LOOP
        IF leaf.first_at < oldest THEN
            INSERT INTO pg_temp.run_former
            SELECT searched, w.* FROM pg_temp.run_want AS w WHERE w.from_at > leaf.first_at AND w.from_at <= oldest;
            is_open := is_open OR FOUND;
            oldest := leaf.first_at;
        END IF;
        CONTINUE WHEN NOT is_open;
        INSERT INTO pg_temp.run_found
        SELECT w.place, w.best FROM pg_temp.run_former AS w
         WHERE w.step = searched AND (w.best).occurred_at > leaf.last_at;
        EXECUTE format(search, searched + 1, leaf.judged_on, leaf.run_id << 28, (leaf.run_id + 1) << 28,
                       'pg_temp.run_former',
                       format('w.step = %s AND (w.best IS NULL OR (w.best).occurred_at <= %L)', searched, leaf.last_at));
        GET DIAGNOSTICS still_open = ROW_COUNT;
        is_open := still_open > 0;
        searched := searched + 1;
    END LOOP;
    INSERT INTO pg_temp.run_found
    SELECT w.place, w.best FROM pg_temp.run_former AS w WHERE w.step = searched AND NOT w.best IS NULL
    UNION ALL
    SELECT w.place, w.best FROM pg_temp.run_want AS w WHERE w.from_at <= oldest AND NOT w.best IS NULL;

    CREATE TEMPORARY TABLE run_link ON COMMIT DROP AS
    SELECT DISTINCT ON (place, (link).record_id) place, (link).record_id, (link).occurred_at, (link).school_code,
           (link).archive_id, (link).file_no, (link).record_no, (link).device_no, (link).epoch, (link).device_seq,
           (link).kind, (link).counter, (link).before_fen, (link).amount_fen, (link).after_fen, (link).accounting_date
      FROM pg_temp.run_found
     ORDER BY place, (link).record_id;
END
$$;
