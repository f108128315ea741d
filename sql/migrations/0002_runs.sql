-- A run is one transaction that changes the books or what they rest on. Its number is taken before it begins, so
-- that a COMMIT whose answer was lost can be looked up (DESIGN.md 3.5).
SET ROLE daybook_owner;

CREATE SEQUENCE ledger.run_id;
GRANT USAGE ON SEQUENCE ledger.run_id TO daybook_job;

CREATE TABLE ledger.run (
    run_id bigint PRIMARY KEY CHECK (run_id > 0 AND run_id < 8388608),
    job text NOT NULL,
    accounting_date date NOT NULL, -- the open date
    committed_at timestamptz NOT NULL DEFAULT transaction_timestamp()
);
CREATE INDEX run_accounting_date ON ledger.run (accounting_date, run_id);

CREATE TABLE ledger.seal (
    sealed_date date PRIMARY KEY,
    run_id bigint NOT NULL UNIQUE REFERENCES ledger.run,
    previous_digest bytea NOT NULL CHECK (length(previous_digest) = 32),
    digest bytea NOT NULL CHECK (length(digest) = 32),
    transfers bigint NOT NULL CHECK (transfers >= 0),
    debit_fen bigint NOT NULL CHECK (debit_fen >= 0)
);

-- The last sealed date, null before the first seal.
CREATE FUNCTION ledger.last_sealed() RETURNS date
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$ SELECT max(sealed_date) FROM ledger.seal $$;

-- A run belongs to the open date: the day after the last sealed one (RULES.md 3). Runs share the lock that a seal
-- holds alone, so that no run is under way while its day is being sealed.
CREATE FUNCTION ledger.check_run() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    IF NEW.job = 'seal' THEN
        PERFORM pg_advisory_xact_lock(hashtextextended('daybook.seal', 0));
    ELSE
        PERFORM pg_advisory_xact_lock_shared(hashtextextended('daybook.seal', 0));
    END IF;
    IF NEW.accounting_date <> (SELECT max(sealed_date) + 1 FROM ledger.seal) THEN
        RAISE EXCEPTION 'run % is dated %, but the open date is %', NEW.run_id, NEW.accounting_date,
            ledger.last_sealed() + 1 USING ERRCODE = 'check_violation', CONSTRAINT = 'run_open_date';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER run_open_date BEFORE INSERT ON ledger.run FOR EACH ROW EXECUTE FUNCTION ledger.check_run();

CREATE FUNCTION ledger.check_seal() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    last date := ledger.last_sealed();
    last_digest bytea := (SELECT digest FROM ledger.seal WHERE sealed_date = last);
BEGIN
    IF NEW.sealed_date <> last + 1 THEN
        RAISE EXCEPTION 'the day after the last sealed one is %', last + 1
            USING ERRCODE = 'check_violation', CONSTRAINT = 'seal_next_date';
    END IF;
    IF NEW.previous_digest <> coalesce(last_digest, decode(repeat('00', 32), 'hex')) THEN
        RAISE EXCEPTION 'the digest of % does not follow the one before it', NEW.sealed_date
            USING ERRCODE = 'check_violation', CONSTRAINT = 'seal_chain';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER seal_chain BEFORE INSERT ON ledger.seal FOR EACH ROW EXECUTE FUNCTION ledger.check_seal();

-- For tables whose rows are only ever added.
CREATE FUNCTION ledger.refuse_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    RAISE EXCEPTION 'rows of %.% are only ever added', TG_TABLE_SCHEMA, TG_TABLE_NAME
        USING ERRCODE = 'check_violation', CONSTRAINT = 'insert_only';
END
$$;
CREATE FUNCTION ledger.make_insert_only(target regclass) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    EXECUTE format('CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON %s
                    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change()', target);
    EXECUTE format('GRANT SELECT, INSERT ON %s TO daybook_job', target);
END
$$;
SELECT ledger.make_insert_only('ledger.run'), ledger.make_insert_only('ledger.seal');
RESET ROLE;
