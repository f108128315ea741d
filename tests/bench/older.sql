-- Makes a ledger older for tests/bench/bench_growth.py: copies the leaves, sums, ranges and exceptions of a night that was
-- posted, with later dates and numbers, until the books look as if as many nights had been posted. make_night plays every
-- day like the first, so that a later night is the same night with
--   counters of a card + per_day, sequences of a terminal + purchases (or passes), balances - spent_fen.
CREATE SCHEMA bench;

CREATE FUNCTION bench.run_of(day date) RETURNS bigint LANGUAGE sql AS $$
    SELECT max(run_id) FROM ledger.run WHERE job = 'post' AND accounting_date = day
$$;

-- The low bits of an id are those of its run; the rest becomes another run's.
CREATE FUNCTION bench.id_in(id bigint, run bigint, bits integer) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
    SELECT run << bits | (id & ((1::bigint << bits) - 1))
$$;

-- Adds the rows of source to target, columns as they are but for those that changed has an expression for.
CREATE FUNCTION bench.copy_rows(source regclass, target regclass, changed jsonb) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    names text;
    expressions text;
BEGIN
    SELECT string_agg(format('%I', attname), ', '), string_agg(coalesce(changed ->> attname, format('%I', attname)), ', ')
      INTO names, expressions
      FROM pg_attribute WHERE attrelid = target AND attnum > 0 AND NOT attisdropped;
    EXECUTE format('INSERT INTO %s (%s) SELECT %s FROM %s', target, names, expressions, source);
END
$$;

CREATE FUNCTION bench.copy_leaf(parent text, base date, base_run bigint, day date, run bigint, changed jsonb) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    source regclass := to_regclass('ledger.' || ledger.leaf_name(parent, base, base_run));
BEGIN
    IF source IS NULL THEN
        RETURN;
    END IF;
    PERFORM bench.copy_rows(source, ('ledger.' || ledger.open_leaf(parent, day, run))::regclass, changed);
    PERFORM ledger.close_leaf(parent, day, run);
    PERFORM ledger.attach_leaf(parent, day, run);
END
$$;

CREATE FUNCTION bench.seal(day date) RETURNS void LANGUAGE sql AS $$
    INSERT INTO ledger.run (run_id, job, accounting_date) VALUES (nextval('ledger.run_id'), 'seal', day);
    INSERT INTO ledger.seal (sealed_date, run_id, previous_digest, digest, transfers, debit_fen)
    SELECT day, currval('ledger.run_id'),
           coalesce((SELECT digest FROM ledger.seal ORDER BY sealed_date DESC LIMIT 1), decode(repeat('00', 32), 'hex')),
           sha256(day::text::bytea), 0, 0
$$;

-- One night more, like that of base.
CREATE FUNCTION bench.copy_night(base date, day date, per_day bigint, purchases bigint, passes bigint, spent_fen bigint)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    base_run bigint := bench.run_of(base);
    nights integer := day - base;
    run bigint := nextval('ledger.run_id');
    dated jsonb := jsonb_build_object('run_id', run::text, 'accounting_date', format('accounting_date + %s', nights));
    moved text := format('bench.id_in(record_id, %s, 28)', run);
    sequence text := format('device_seq + %s', nights * purchases);
    unit text := '(SELECT u.unit FROM bench.unit AS u WHERE u.device_no = exception.device_no)';
    later text := format('occurred_at + interval ''%s days''', nights);
    target text;
BEGIN
    INSERT INTO ledger.run (run_id, job, accounting_date) VALUES (run, 'post', day);
    PERFORM bench.copy_leaf('record', base, base_run, day, run, jsonb_build_object(
        'record_id', moved, 'judged_on', format('judged_on + %s', nights), 'device_seq', sequence,
        'counter', format('counter + %s', nights * per_day), 'before_fen', format('before_fen - %s', nights * spent_fen),
        'after_fen', format('after_fen - %s', nights * spent_fen), 'occurred_at', later,
        'accounting_date', format('accounting_date + %s', nights)));
    PERFORM bench.copy_leaf('identity', base, base_run, day, run, jsonb_build_object(
        'record_id', moved, 'judged_on', format('judged_on + %s', nights), 'occurred_at', later,
        'device_seq', format('device_seq + %s', nights * passes)));
    PERFORM bench.copy_leaf('transfer', base, base_run, day, run, jsonb_build_object(
        'transfer_id', format('bench.id_in(transfer_id, %s, 40)', run), 'device_seq', sequence, 'occurred_at', later,
        'accounting_date', format('accounting_date + %s', nights)));
    FOREACH target IN ARRAY ARRAY['trial_delta', 'account_delta', 'merchant_meal', 'terminal_run'] LOOP
        PERFORM bench.copy_rows('bench.' || target, 'ledger.' || target, dated);
    END LOOP;
    PERFORM bench.copy_rows('bench.device_day', 'ledger.device_day', jsonb_build_object(
        'run_id', run::text, 'own_day', format('own_day + %s', nights)));
    PERFORM bench.copy_rows('bench.record_span', 'ledger.record_span', jsonb_build_object(
        'run_id', run::text, 'judged_on', format('judged_on + %s', nights),
        'first_at', format('first_at + interval ''%s days''', nights),
        'last_at', format('last_at + interval ''%s days''', nights)));
    INSERT INTO ledger.seen_range (device_no, epoch, sequences, run_id)
    SELECT s.device_no, s.epoch, int8range(lower(s.sequences) + u.unit * nights, upper(s.sequences) + u.unit * nights), run
      FROM bench.seen_range AS s
      JOIN bench.unit AS u USING (device_no);
    PERFORM bench.copy_rows('bench.exception', 'ledger.exception', jsonb_build_object(
        'exception_id', format('bench.id_in(exception_id, %s, 28)', run), 'record_id', moved,
        'device_seq', format('device_seq + %s * %s', nights, unit), 'counter', format('counter + %s', nights * per_day),
        'last_number', format('last_number + CASE verdict WHEN 31 THEN %s ELSE %s * %s END', nights * per_day, nights, unit),
        'occurred_at', later, 'accounting_date', format('accounting_date + %s', nights)));
    INSERT INTO ledger.exception_closing (exception_id, run_id, reason)
    SELECT e.exception_id, run, x.reason
      FROM (SELECT c.*, bench.run_of(c.opened_on + nights) AS its_run,
                   (SELECT u.unit FROM bench.unit AS u WHERE u.device_no = c.device_no) * nights AS sequences
              FROM bench.exception_closing AS c) AS x
      JOIN ledger.exception AS e
        ON e.exception_id >= x.its_run << 28 AND e.exception_id < (x.its_run + 1) << 28 AND e.verdict = x.verdict
       AND (e.verdict = 30 AND e.device_no = x.device_no AND e.device_seq = x.device_seq + x.sequences
                AND e.last_number = x.last_number + x.sequences
            OR e.verdict = 31 AND e.card_no = x.card_no AND e.is_online = x.is_online
                AND e.counter = x.counter + nights * per_day AND e.last_number = x.last_number + nights * per_day);
    PERFORM bench.seal(day);
END
$$;

-- The rows that a night brought to tables which all nights share, so that each copy reads them alone.
CREATE FUNCTION bench.keep_base(base_run bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    target text;
BEGIN
    FOREACH target IN ARRAY ARRAY['trial_delta', 'account_delta', 'merchant_meal', 'terminal_run', 'device_day',
                                  'record_span', 'seen_range'] LOOP
        EXECUTE format('DROP TABLE IF EXISTS bench.%I', target);
        EXECUTE format('CREATE TABLE bench.%I AS SELECT * FROM ledger.%I WHERE run_id = %s', target, target, base_run);
    END LOOP;
    DROP TABLE IF EXISTS bench.exception, bench.exception_closing;
    CREATE TABLE bench.exception AS
    SELECT * FROM ledger.exception WHERE exception_id >= base_run << 28 AND exception_id < (base_run + 1) << 28;
    CREATE TABLE bench.exception_closing AS
    SELECT c.reason, e.*, r.accounting_date AS opened_on
      FROM ledger.exception_closing AS c
      JOIN ledger.exception AS e USING (exception_id)
      JOIN ledger.run AS r ON r.run_id = c.exception_id >> 28
     WHERE c.run_id = base_run;
END
$$;

-- Ranges of numbers after so many more days like the settled one, which is the last of which nothing is under way.
CREATE FUNCTION bench.extend(bounds bigint[], unit bigint, settled bigint, nights bigint) RETURNS bigint[] LANGUAGE sql AS $$
    WITH was AS (
        SELECT int8range(bounds[i], bounds[i + 1] + 1) AS r FROM generate_series(1, cardinality(bounds), 2) AS i
    ), pieces AS (
        SELECT r * int8range(1, unit * settled + 1) AS p FROM was
         UNION ALL
        SELECT int8range(lower(d) + unit * shift, upper(d) + unit * (shift + span))
          FROM (SELECT r * int8range(unit * (settled - 1) + 1, unit * settled + 1) AS d FROM was) AS day,
               LATERAL (SELECT upper(d) - lower(d) = unit AS is_full) AS f,
               LATERAL (SELECT n AS shift, CASE WHEN is_full THEN nights - 1 ELSE 0 END AS span
                          FROM generate_series(1, CASE WHEN is_full THEN 1 ELSE nights END) AS n) AS s
         WHERE NOT isempty(d)
         UNION ALL
        SELECT int8range(lower(rest) + unit * nights, upper(rest) + unit * nights)
          FROM (SELECT r * int8range(unit * settled + 1, NULL) AS rest FROM was) AS x WHERE NOT isempty(rest)
    )
    SELECT array_agg(b ORDER BY b)
      FROM unnest((SELECT range_agg(p) FROM pieces)) AS r, LATERAL (VALUES (lower(r)), (upper(r) - 1)) AS v (b)
$$;

-- Makes all nights after base up to last, and the states with which the night after it begins.
CREATE PROCEDURE bench.age(base date, last date, first date, per_day bigint, purchases bigint, passes bigint,
                           spent_fen bigint) LANGUAGE plpgsql AS $$
DECLARE
    base_run bigint := bench.run_of(base);
    nights integer := last - base;
BEGIN
    DROP TABLE IF EXISTS bench.unit;
    CREATE TABLE bench.unit AS -- numbers a day of each terminal
    SELECT DISTINCT device_no, CASE WHEN kind IN ('pos', 'bus') THEN purchases ELSE passes END AS unit FROM ref.terminal;
    PERFORM bench.keep_base(base_run);
    FOR n IN 1 .. nights LOOP
        PERFORM bench.copy_night(base, base + n, per_day, purchases, passes, spent_fen);
        COMMIT;
    END LOOP;
    DROP TABLE IF EXISTS bench.posted;
    CREATE TABLE bench.posted AS
    SELECT card_no, count(*) AS records, sum(amount_fen)::bigint AS fen
      FROM ledger.record WHERE judged_on = base AND verdict = 10 GROUP BY card_no;
    UPDATE ledger.card_state AS c
       SET run_id = bench.run_of(last), purse_fen = c.purse_fen - nights * p.fen, records = c.records + nights * p.records,
           offline = bench.extend(c.offline::bigint[], per_day, base - first - 5, nights)::integer[],
           tail_at = c.tail_at + nights * interval '1 day', tail_counter = c.tail_counter + nights * per_day,
           tail_after_fen = c.tail_after_fen - nights * spent_fen, tail_offline = c.tail_offline + nights * per_day,
           day = c.day + nights
      FROM bench.posted AS p WHERE p.card_no = c.card_no;
    UPDATE ledger.device_state AS d
       SET run_id = bench.run_of(last), seen = bench.extend(d.seen, u.unit, base - first - 5, nights)
      FROM bench.unit AS u WHERE u.device_no = d.device_no;
END
$$;

-- What an autovacuum of the day between would have done, where the next nights look: states, sums, the last leaves.
CREATE FUNCTION bench.tables_in_use(last date) RETURNS SETOF text LANGUAGE sql AS $$
    SELECT format('%s.%I', c.relnamespace::regnamespace, c.relname)
      FROM pg_class AS c
     WHERE c.relkind = 'r' AND c.relnamespace IN ('ledger'::regnamespace, 'ops'::regnamespace, 'ref'::regnamespace)
       AND (NOT c.relispartition OR (regexp_match(c.relname, '_([0-9]{8})_'))[1]::date > last - 10)
     ORDER BY c.relname
$$;
