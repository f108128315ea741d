-- Reference data (FORMATS.md 1). A row keeps the run from which it was known and the one that replaced it, so that
-- a year can be judged again (DESIGN.md 3.3); the row that counts has no superseded_run.
SET ROLE daybook_owner;

CREATE TABLE ref.import (
    import_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL,
    file_name text NOT NULL,
    sha256 bytea NOT NULL CHECK (length(sha256) = 32), -- its bytes lie in intake/
    run_id bigint NOT NULL REFERENCES ledger.run,
    rows_read bigint NOT NULL,
    rows_new bigint NOT NULL,
    rows_changed bigint NOT NULL
);

CREATE TABLE ref.school (
    school_code bigint NOT NULL,
    name text NOT NULL,
    district_code text NOT NULL,
    level text NOT NULL,
    settlement text NOT NULL CHECK (settlement IN ('central', 'school')),
    settlement_from date, -- null: from the beginning
    import_id bigint NOT NULL REFERENCES ref.import,
    line_number bigint NOT NULL,
    known_run bigint NOT NULL REFERENCES ledger.run,
    superseded_run bigint REFERENCES ledger.run
);
CREATE UNIQUE INDEX school_key ON ref.school (school_code, coalesce(settlement_from, '-infinity'))
    WHERE superseded_run IS NULL;

CREATE TABLE ref.merchant (
    merchant_no bigint NOT NULL,
    name text NOT NULL,
    school_code bigint NOT NULL,
    kind text NOT NULL CHECK (kind IN ('independent', 'managed')),
    parent_no bigint,
    fee_bps integer NOT NULL CHECK (fee_bps >= 0 AND fee_bps <= 10000),
    fee_min_fen bigint NOT NULL CHECK (fee_min_fen >= 0),
    fee_max_fen bigint NOT NULL CHECK (fee_max_fen >= 0),
    cycle text NOT NULL CHECK (cycle IN ('day', 'week', 'month')),
    payee_name text NOT NULL,
    payee_account text NOT NULL,
    payee_bank text NOT NULL,
    import_id bigint NOT NULL REFERENCES ref.import,
    line_number bigint NOT NULL,
    known_run bigint NOT NULL REFERENCES ledger.run,
    superseded_run bigint REFERENCES ledger.run
);
CREATE UNIQUE INDEX merchant_key ON ref.merchant (merchant_no) WHERE superseded_run IS NULL;

CREATE TABLE ref.terminal (
    device_no integer NOT NULL CHECK (device_no >= 0 AND device_no <= 99999999),
    psam_no bigint NOT NULL,
    kind text NOT NULL,
    school_code bigint NOT NULL,
    place text NOT NULL,
    merchant_no bigint,
    valid_from date NOT NULL,
    valid_to date, -- inclusive; null: no end
    log_format text NOT NULL,
    capacity bigint NOT NULL,
    classes text, -- "1-40;77", null = all
    first_seq bigint NOT NULL DEFAULT 1 CHECK (first_seq >= 1),
    import_id bigint NOT NULL REFERENCES ref.import,
    line_number bigint NOT NULL,
    known_run bigint NOT NULL REFERENCES ledger.run,
    superseded_run bigint REFERENCES ledger.run,
    CONSTRAINT terminal_pos_needs_merchant CHECK (kind <> 'pos' OR merchant_no IS NOT NULL),
    CONSTRAINT terminal_disjoint_dates EXCLUDE USING gist
        (device_no WITH =, daterange(valid_from, valid_to, '[]') WITH &&) WHERE (superseded_run IS NULL)
        DEFERRABLE INITIALLY DEFERRED
);
CREATE UNIQUE INDEX terminal_key ON ref.terminal (device_no, valid_from) WHERE superseded_run IS NULL;

CREATE TABLE ref.person (
    person_no text NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    school_code bigint NOT NULL,
    registry_no text,
    id_no text,
    sex text,
    grade text,
    class text,
    boarding text,
    guardian_name text,
    guardian_mobile text,
    status text NOT NULL CHECK (status IN ('active', 'suspended', 'left')),
    import_id bigint NOT NULL REFERENCES ref.import,
    line_number bigint NOT NULL,
    known_run bigint NOT NULL REFERENCES ledger.run,
    superseded_run bigint REFERENCES ledger.run
);
CREATE UNIQUE INDEX person_key ON ref.person (person_no) WHERE superseded_run IS NULL;

CREATE TABLE ref.card (
    card_no bigint NOT NULL,
    person_no text NOT NULL,
    card_class smallint NOT NULL CHECK (card_class >= 1 AND card_class <= 120),
    chip text NOT NULL CHECK (chip IN ('cpu3des', 'cpusm4', 'm1')),
    key_version smallint NOT NULL CHECK (key_version >= 0 AND key_version <= 15),
    status text NOT NULL CHECK (status IN ('normal', 'lost', 'locked', 'frozen', 'closed')),
    issued_on date NOT NULL,
    expires_on date NOT NULL,
    counter integer NOT NULL CHECK (counter >= 0),
    online_counter integer NOT NULL CHECK (online_counter >= 0),
    balance_fen bigint NOT NULL,
    replaces bigint,
    import_id bigint NOT NULL REFERENCES ref.import,
    line_number bigint NOT NULL,
    known_run bigint NOT NULL REFERENCES ledger.run,
    superseded_run bigint REFERENCES ledger.run
);
CREATE UNIQUE INDEX card_key ON ref.card (card_no) WHERE superseded_run IS NULL;
CREATE INDEX card_replaces ON ref.card (replaces) WHERE superseded_run IS NULL AND replaces IS NOT NULL;

CREATE TABLE ref.calendar (
    calendar_date date NOT NULL,
    kind text NOT NULL CHECK (kind IN ('school', 'holiday', 'makeup')),
    school_code bigint, -- null: all schools
    note text NOT NULL,
    import_id bigint NOT NULL REFERENCES ref.import,
    line_number bigint NOT NULL,
    known_run bigint NOT NULL REFERENCES ledger.run,
    superseded_run bigint REFERENCES ledger.run
);
CREATE UNIQUE INDEX calendar_key ON ref.calendar (calendar_date, coalesce(school_code, 0))
    WHERE superseded_run IS NULL;

CREATE TABLE ref.loss (
    card_no bigint NOT NULL,
    kind text NOT NULL CHECK (kind IN ('lost', 'found', 'bad', 'closed')),
    effective_at timestamptz NOT NULL,
    reason text NOT NULL,
    import_id bigint NOT NULL REFERENCES ref.import,
    line_number bigint NOT NULL,
    known_run bigint NOT NULL REFERENCES ledger.run,
    superseded_run bigint REFERENCES ledger.run CHECK (superseded_run IS NULL), -- never replaced
    CONSTRAINT loss_key UNIQUE (card_no, kind, effective_at)
);

-- Rows that post when they are taken in are never replaced, and name the entry that they made.
CREATE TABLE ref.opening (
    account text CONSTRAINT opening_key PRIMARY KEY,
    amount_fen bigint NOT NULL CHECK (amount_fen > 0),
    entry_id bigint NOT NULL UNIQUE,
    import_id bigint NOT NULL REFERENCES ref.import,
    line_number bigint NOT NULL,
    known_run bigint NOT NULL REFERENCES ledger.run
);

CREATE TABLE ref.cash (
    slip_no text CONSTRAINT cash_key PRIMARY KEY,
    cashier text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('topup', 'refund', 'cardfee', 'deposit_to_bank')),
    card_no bigint,
    bank_account text,
    amount_fen bigint NOT NULL CHECK (amount_fen > 0),
    at timestamptz NOT NULL,
    entry_id bigint NOT NULL UNIQUE,
    import_id bigint NOT NULL REFERENCES ref.import,
    line_number bigint NOT NULL,
    known_run bigint NOT NULL REFERENCES ledger.run,
    CONSTRAINT cash_card_or_bank CHECK (CASE kind WHEN 'deposit_to_bank' THEN bank_account ELSE card_no::text END
                                        IS NOT NULL)
);

CREATE TABLE ref.subsidy (
    batch_no text NOT NULL,
    card_class smallint CHECK (card_class >= 1 AND card_class <= 120),
    card_no bigint,
    amount_fen bigint NOT NULL CHECK (amount_fen > 0), -- for each card
    valid_to date NOT NULL,
    cards bigint NOT NULL, -- how many got it: an entry each, in the order of their numbers
    first_entry_id bigint NOT NULL,
    import_id bigint NOT NULL REFERENCES ref.import,
    line_number bigint NOT NULL,
    known_run bigint NOT NULL REFERENCES ledger.run,
    CONSTRAINT subsidy_class_or_card CHECK ((card_class IS NULL) <> (card_no IS NULL)),
    CONSTRAINT subsidy_key UNIQUE NULLS NOT DISTINCT (batch_no, card_class, card_no)
);
CREATE INDEX subsidy_first_entry ON ref.subsidy (first_entry_id);

GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA ref TO daybook_job;
-- Replacing a row is the only change: the row that counted gets the run that replaced it.
GRANT UPDATE (superseded_run) ON ref.school, ref.merchant, ref.terminal, ref.person, ref.card, ref.calendar
    TO daybook_job;
CREATE FUNCTION ref.check_superseded() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    IF OLD.superseded_run IS NOT NULL OR NEW.superseded_run IS NULL OR
       to_jsonb(OLD) - 'superseded_run' <> to_jsonb(NEW) - 'superseded_run' THEN
        RAISE EXCEPTION 'a reference row is only ever replaced'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'reference_replaced_once';
    END IF;
    RETURN NEW;
END
$$;
DO $$
DECLARE
    target text;
BEGIN
    FOREACH target IN ARRAY ARRAY['school', 'merchant', 'terminal', 'person', 'card', 'calendar', 'loss'] LOOP
        EXECUTE format('CREATE TRIGGER replaced_once BEFORE UPDATE ON ref.%I
                        FOR EACH ROW EXECUTE FUNCTION ref.check_superseded()', target);
        EXECUTE format('CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON ref.%I
                        FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change()', target);
    END LOOP;
END
$$;
SELECT ledger.make_insert_only('ref.import'), ledger.make_insert_only('ref.opening'),
       ledger.make_insert_only('ref.cash'), ledger.make_insert_only('ref.subsidy');
RESET ROLE;
