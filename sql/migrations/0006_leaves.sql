-- What only the owner may do, as functions that jobs call: open and close the leaves of a run, and replace state.
SET ROLE daybook_owner;

CREATE FUNCTION ledger.leaf_name(parent text, leaf_date date, run bigint) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS $$
    SELECT format('%s_%s_%s', parent, to_char(leaf_date, 'YYYYMMDD'), run)
$$;

-- Refuses a leaf of a sealed date, or one that is not of a run whose row this transaction sees.
CREATE FUNCTION ledger.check_leaf(leaf_date date, run bigint) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    IF leaf_date <= ledger.last_sealed() THEN
        RAISE EXCEPTION '% is sealed', leaf_date USING ERRCODE = 'check_violation', CONSTRAINT = 'sealed_date';
    END IF;
    PERFORM 1 FROM ledger.run AS r WHERE r.run_id = run AND leaf_date >= r.accounting_date;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'run % has no leaf dated %', run, leaf_date
            USING ERRCODE = 'check_violation', CONSTRAINT = 'leaf_of_run';
    END IF;
END
$$;

-- The ids of a run: record_id from run × 2^28, transfer_id from run × 2^40.
CREATE FUNCTION ledger.first_id(parent text, run bigint) RETURNS bigint
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS $$
    SELECT run * CASE parent WHEN 'transfer' THEN 1099511627776 ELSE 268435456 END
$$;

-- The check is what the partition's bounds will ask, so that taking its place needs no second look at the rows.
CREATE FUNCTION ledger.make_leaf(parent text, leaf_date date, run bigint) RETURNS text
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    leaf text := ledger.leaf_name(parent, leaf_date, run);
    id text := CASE parent WHEN 'transfer' THEN 'transfer_id' ELSE 'record_id' END;
    day text := CASE parent WHEN 'transfer' THEN 'accounting_date' ELSE 'judged_on' END;
BEGIN
    IF parent NOT IN ('record', 'identity', 'transfer') THEN
        RAISE EXCEPTION 'there are no leaves of "%"', parent;
    END IF;
    EXECUTE format('CREATE TABLE ledger.%I (LIKE ledger.%I INCLUDING DEFAULTS INCLUDING CONSTRAINTS,
                    CONSTRAINT leaf_bounds CHECK (%I = %L AND %I >= %s AND %I < %s))',
                   leaf, parent, day, leaf_date, id, ledger.first_id(parent, run), id, ledger.first_id(parent, run + 1));
    EXECUTE format('GRANT SELECT, INSERT ON ledger.%I TO daybook_job', leaf);
    RETURN leaf;
END
$$;

-- Opens the leaf of a run and a date for COPY, in the run's transaction. parent is 'record', 'identity' or 'transfer'.
CREATE FUNCTION ledger.open_leaf(parent text, leaf_date date, run bigint) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    PERFORM ledger.check_leaf(leaf_date, run);
    RETURN ledger.make_leaf(parent, leaf_date, run);
END
$$;

-- As open_leaf, but in a transaction beside the run's, which does not see the run's row yet. What is filled there is
-- loose: no part of the books until the run's own transaction attaches it.
CREATE FUNCTION ledger.open_loose_leaf(parent text, leaf_date date, run bigint) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    IF EXISTS (SELECT FROM ledger.run AS r WHERE r.run_id = run) THEN
        RAISE EXCEPTION 'run % is over', run USING ERRCODE = 'check_violation', CONSTRAINT = 'leaf_of_run';
    END IF;
    RETURN ledger.make_leaf(parent, leaf_date, run);
END
$$;

-- Drops the loose leaves that killed runs have left. For the job that makes them, while it is alone.
CREATE FUNCTION ledger.drop_loose_leaves() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    leaf name;
BEGIN
    FOR leaf IN SELECT c.relname FROM pg_class AS c
                 WHERE c.relnamespace = 'ledger'::regnamespace AND c.relkind = 'r' AND NOT c.relispartition
                   AND c.relname ~ '^(record|identity|transfer)_[0-9]{8}_[0-9]+$'
                 ORDER BY c.relname LOOP
        EXECUTE format('DROP TABLE ledger.%I', leaf);
    END LOOP;
END
$$;

CREATE FUNCTION ledger.refuse_leaf_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    RAISE EXCEPTION 'leaf "%" is closed: rows are only ever added, and to a new leaf', TG_TABLE_NAME
        USING ERRCODE = 'check_violation', CONSTRAINT = 'leaf_closed';
END
$$;

-- Closes a filled leaf for ever: indexes, and triggers that refuse every change.
CREATE FUNCTION ledger.close_leaf(parent text, leaf_date date, run bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    leaf text := ledger.leaf_name(parent, leaf_date, run);
BEGIN
    IF parent = 'transfer' THEN
        EXECUTE format('ALTER TABLE ledger.%I ADD PRIMARY KEY (transfer_id, school_code, accounting_date)', leaf);
    ELSIF parent = 'identity' THEN
        -- Numbers rise and devices lie together: a summary of each stretch finds both.
        EXECUTE format('CREATE INDEX ON ledger.%I USING brin (record_id, device_no) WITH (pages_per_range = 16)', leaf);
        -- Buses, alarms and locks: what may hold a card's money back (RULES.md 3, drain window).
        EXECUTE format('CREATE INDEX ON ledger.%I (card_no, occurred_at) WHERE kind IN (4, 5, 6)', leaf);
    ELSE
        EXECUTE format('ALTER TABLE ledger.%I ADD PRIMARY KEY (record_id, school_code, judged_on)', leaf);
        EXECUTE format('CREATE INDEX ON ledger.%I (device_no, epoch, device_seq)', leaf);
        EXECUTE format('CREATE INDEX ON ledger.%I (card_no, occurred_at)', leaf);
    END IF;
    EXECUTE format('REVOKE INSERT ON ledger.%I FROM daybook_job', leaf);
    EXECUTE format('CREATE TRIGGER closed_row BEFORE INSERT OR UPDATE OR DELETE ON ledger.%I
                    FOR EACH ROW EXECUTE FUNCTION ledger.refuse_leaf_change()', leaf);
    EXECUTE format('CREATE TRIGGER closed BEFORE TRUNCATE ON ledger.%I
                    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_leaf_change()', leaf);
END
$$;

-- Gives a closed leaf its place in the books, in the run's transaction.
CREATE FUNCTION ledger.attach_leaf(parent text, leaf_date date, run bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    PERFORM ledger.check_leaf(leaf_date, run);
    EXECUTE format('ALTER TABLE ledger.%I ATTACH PARTITION ledger.%I FOR VALUES FROM (%L, %s) TO (%L, %s)', parent,
                   ledger.leaf_name(parent, leaf_date, run), leaf_date, ledger.first_id(parent, run),
                   leaf_date, ledger.first_id(parent, run + 1));
END
$$;

-- The figures of a sealed day do not change either. One look per statement, whatever it adds.
CREATE FUNCTION ledger.refuse_sealed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    first_date date := (SELECT min(accounting_date) FROM added);
BEGIN
    IF first_date <= ledger.last_sealed() THEN
        RAISE EXCEPTION '% is sealed: rows of %.% dated so come too late', first_date, TG_TABLE_SCHEMA, TG_TABLE_NAME
            USING ERRCODE = 'check_violation', CONSTRAINT = 'sealed_date';
    END IF;
    RETURN NULL;
END
$$;
DO $$
DECLARE
    target text;
BEGIN
    FOREACH target IN ARRAY ARRAY['trial_delta', 'account_delta', 'merchant_meal', 'merchant_fee', 'terminal_run'] LOOP
        EXECUTE format('CREATE TRIGGER sealed_date AFTER INSERT ON ledger.%I REFERENCING NEW TABLE AS added
                        FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_sealed()', target);
    END LOOP;
END
$$;

-- Staging of state rows: temporary tables of the owner that the job fills by COPY and then hands over.
CREATE FUNCTION ledger.open_state() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    CREATE TEMPORARY TABLE new_card_state (LIKE ledger.card_state, read_run bigint) ON COMMIT DROP;
    CREATE TEMPORARY TABLE new_device_state (LIKE ledger.device_state, read_run bigint) ON COMMIT DROP;
    GRANT INSERT, SELECT ON new_card_state, new_device_state TO daybook_job;
END
$$;

-- Staged rows come from the tables that the owner has made alone. A view or a table of that name that the job has made
-- itself would have its functions called with the owner's rights.
CREATE FUNCTION ledger.check_staging(VARIADIC staged name[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF (SELECT count(*) FROM pg_class
         WHERE relnamespace = pg_my_temp_schema() AND relname = ANY (staged)
           AND relkind = 'r' AND relowner = 'daybook_owner'::regrole) <> cardinality(staged) THEN
        RAISE EXCEPTION 'state is staged by functions of the owner alone'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'state_staging';
    END IF;
END
$$;

-- Replaces or adds the staged rows. read_run is the run that wrote the row this run read, null where there was none;
-- a row that another run has replaced meanwhile stops the run.
CREATE FUNCTION ledger.replace_state() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    expected bigint;
    replaced bigint;
BEGIN
    PERFORM ledger.check_staging('new_card_state', 'new_device_state');
    SELECT count(*) INTO expected FROM pg_temp.new_card_state WHERE read_run IS NOT NULL;
    UPDATE ledger.card_state AS c
       SET run_id = n.run_id, has_transfers = n.has_transfers, purse_fen = n.purse_fen, offline = n.offline,
           online = n.online, records = n.records, tail_at = n.tail_at, tail_family = n.tail_family,
           tail_counter = n.tail_counter, tail_reversal = n.tail_reversal, tail_after_fen = n.tail_after_fen,
           tail_offline = n.tail_offline, tail_online = n.tail_online, day = n.day, day_fen = n.day_fen
      FROM pg_temp.new_card_state AS n
     WHERE c.card_no = n.card_no AND c.run_id = n.read_run AND n.read_run IS NOT NULL;
    GET DIAGNOSTICS replaced = ROW_COUNT;
    IF replaced <> expected THEN
        RAISE EXCEPTION 'another run has changed % of the cards', expected - replaced
            USING ERRCODE = 'serialization_failure', CONSTRAINT = 'card_state_read';
    END IF;
    INSERT INTO ledger.card_state
    SELECT card_no, run_id, has_transfers, purse_fen, offline, online, records, tail_at, tail_family, tail_counter,
           tail_reversal, tail_after_fen, tail_offline, tail_online, day, day_fen
      FROM pg_temp.new_card_state WHERE read_run IS NULL;

    SELECT count(*) INTO expected FROM pg_temp.new_device_state WHERE read_run IS NOT NULL;
    UPDATE ledger.device_state AS d SET run_id = n.run_id, seen = n.seen, seen_fen = n.seen_fen
      FROM pg_temp.new_device_state AS n
     WHERE d.device_no = n.device_no AND d.epoch = n.epoch AND d.run_id = n.read_run AND n.read_run IS NOT NULL;
    GET DIAGNOSTICS replaced = ROW_COUNT;
    IF replaced <> expected THEN
        RAISE EXCEPTION 'another run has changed % of the devices', expected - replaced
            USING ERRCODE = 'serialization_failure', CONSTRAINT = 'device_state_read';
    END IF;
    INSERT INTO ledger.device_state
    SELECT device_no, epoch, run_id, seen, seen_fen FROM pg_temp.new_device_state WHERE read_run IS NULL;
END
$$;

-- As open_state and replace_state, for what cards may claim. A staged claim with its lots takes the place of the one that
-- the run has read; one that holds nothing goes.
CREATE FUNCTION ledger.open_claims() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    CREATE TEMPORARY TABLE new_card_claim (LIKE ledger.card_claim, read_run bigint) ON COMMIT DROP;
    CREATE TEMPORARY TABLE new_subsidy_lot (card_no bigint NOT NULL, valid_to date, left_fen bigint NOT NULL)
        ON COMMIT DROP; -- valid_to null: never lapses
    GRANT INSERT, SELECT ON new_card_claim, new_subsidy_lot TO daybook_job;
END
$$;
CREATE FUNCTION ledger.replace_claims() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    expected bigint;
    replaced bigint;
BEGIN
    PERFORM ledger.check_staging('new_card_claim', 'new_subsidy_lot');
    SELECT count(*) INTO expected FROM pg_temp.new_card_claim WHERE read_run IS NOT NULL;
    DELETE FROM ledger.card_claim AS c USING pg_temp.new_card_claim AS n
     WHERE c.card_no = n.card_no AND c.run_id = n.read_run;
    GET DIAGNOSTICS replaced = ROW_COUNT;
    IF replaced <> expected THEN
        RAISE EXCEPTION 'another run has changed what % of the cards may claim', expected - replaced
            USING ERRCODE = 'serialization_failure', CONSTRAINT = 'card_claim_read';
    END IF;
    DELETE FROM ledger.subsidy_lot AS l USING pg_temp.new_card_claim AS n WHERE l.card_no = n.card_no;
    INSERT INTO ledger.card_claim
    SELECT n.card_no, n.run_id, n.topup_fen, n.advance_fen
      FROM pg_temp.new_card_claim AS n
     WHERE n.topup_fen <> 0 OR n.advance_fen <> 0
        OR EXISTS (SELECT FROM pg_temp.new_subsidy_lot AS l WHERE l.card_no = n.card_no);
    INSERT INTO ledger.subsidy_lot SELECT card_no, coalesce(valid_to, 'infinity'), left_fen FROM pg_temp.new_subsidy_lot;
END
$$;

-- Lets go of held records that are decided. What is known of them stays in ledger.record and ledger.decision.
CREATE FUNCTION ledger.end_decided() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    DELETE FROM ledger.waiting AS w USING decided AS d WHERE d.record_id = w.record_id;
    RETURN NULL;
END
$$;
CREATE TRIGGER decision_ends_waiting AFTER INSERT ON ledger.decision
    REFERENCING NEW TABLE AS decided FOR EACH STATEMENT EXECUTE FUNCTION ledger.end_decided();
-- Lets go of reversals that have waited their 3 days (RULES.md R-08).
CREATE FUNCTION ledger.end_waiting(open_date date) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS $$
    DELETE FROM ledger.waiting WHERE kind = 254 AND held_on < open_date - 3
$$;
-- The runs after which held records must be asked though nothing has come of their cards, each given once.
CREATE FUNCTION ledger.take_unasked() RETURNS SETOF ledger.unasked
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS $$
    DELETE FROM ledger.unasked RETURNING *
$$;

REVOKE EXECUTE ON FUNCTION ledger.check_leaf, ledger.make_leaf, ledger.open_leaf, ledger.open_loose_leaf,
    ledger.drop_loose_leaves, ledger.close_leaf, ledger.attach_leaf, ledger.open_state, ledger.replace_state,
    ledger.open_claims, ledger.replace_claims, ledger.end_decided, ledger.end_waiting, ledger.take_unasked FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger.open_leaf, ledger.open_loose_leaf, ledger.drop_loose_leaves, ledger.close_leaf,
    ledger.attach_leaf, ledger.open_state, ledger.replace_state, ledger.open_claims, ledger.replace_claims,
    ledger.end_waiting, ledger.take_unasked TO daybook_job;
RESET ROLE;
