-- The books. Records and transfers are kept in one leaf per run and date: filled by COPY in the transaction that made
-- it, indexed in bulk, then closed for ever (DESIGN.md 4).
SET ROLE daybook_owner;

CREATE TABLE ledger.verdict (
    verdict smallint PRIMARY KEY, -- 1 to 10 as base/record.h; flags and gaps from 20 as ledger/exception.h
    name text NOT NULL UNIQUE,
    closes_itself boolean NOT NULL -- RULES.md R-25
);
INSERT INTO ledger.verdict VALUES
    (1, 'malformed', false), (2, 'duplicate', false), (3, 'conflict', false), (4, 'tac_bad', false),
    (5, 'bad_arithmetic', false), (6, 'counter_conflict', false), (7, 'gray', true),
    (8, 'unmatched_reversal', true), (9, 'merchant_pays', false), (10, 'accepted', false),
    (20, 'unknown_terminal', false), (21, 'unknown_card', false), (22, 'card_not_valid', false),
    (23, 'blacklisted', false), (24, 'bad_time', false), (25, 'over_limit', false), (26, 'class_refused', false),
    (27, 'balance_break', true), (28, 'negative_balance', true), (30, 'sequence_gap', true),
    (31, 'counter_gap', true), (32, 'file_refused', false), (33, 'device_total', true);

CREATE TABLE ledger.account_code (
    code smallint PRIMARY KEY,
    name text NOT NULL,
    normal_side char(1) NOT NULL CHECK (normal_side IN ('D', 'C'))
);
INSERT INTO ledger.account_code VALUES
    (1001, '库存现金', 'D'), (1002, '银行存款', 'D'), (1122, '圈存在途', 'D'), (1221, '校际往来', 'D'),
    (1298, '待处理短款', 'D'), (2001, '卡户存款', 'C'), (2002, '卡押金', 'C'), (2004, '应付商户', 'C'),
    (2203, '待领补助', 'C'), (2204, '付款在途', 'C'), (2205, '待领圈存', 'C'), (2206, '应付退卡款', 'C'),
    (2298, '待处理长款', 'C'), (3001, '期初', 'C'), (3101, '补助基金', 'C'), (6002, '手续费收入', 'C'),
    (6005, '工本费收入', 'C'), (6201, '挂失损失', 'D');

CREATE TABLE ledger.transfer_kind (
    kind smallint PRIMARY KEY, -- as ledger/transfer.h
    name text NOT NULL UNIQUE
);
INSERT INTO ledger.transfer_kind VALUES
    (1, 'opening'), (2, 'purchase'), (3, 'reversal'), (4, 'load'), (5, 'subsidy_grant'), (6, 'subsidy_draw'),
    (7, 'subsidy_lapse'), (8, 'bank_debit'), (9, 'bank_return'), (10, 'cash_topup'), (11, 'cash_refund'),
    (12, 'card_fee'), (13, 'cash_to_bank'), (14, 'merchant_fee'), (15, 'payout'), (16, 'payout_confirmed'),
    (17, 'payout_refused'), (18, 'card_closed'), (19, 'card_replaced'), (20, 'adjustment');
GRANT SELECT ON ledger.verdict, ledger.account_code, ledger.transfer_kind TO daybook_job;

-- A terminal's line that was accepted or held. Malformed lines are in ledger.reject, duplicates only counted.
-- record_id = run_id × 2^28 + ordinal.
CREATE TABLE ledger.record (
    record_id bigint NOT NULL,
    school_code bigint NOT NULL, -- of the package
    judged_on date NOT NULL,     -- the run's open date
    archive_id bigint NOT NULL,
    file_no integer NOT NULL,
    record_no integer NOT NULL,  -- from 1; the byte offset is record_no × 64 in pos-bin/1
    device_no integer NOT NULL,
    epoch integer NOT NULL,
    device_seq bigint NOT NULL,
    digest bigint NOT NULL,      -- of all decoded fields (R-02)
    kind smallint NOT NULL,
    card_no bigint NOT NULL,
    counter integer NOT NULL,
    before_fen bigint NOT NULL,
    amount_fen bigint NOT NULL,
    after_fen bigint NOT NULL,
    occurred_at timestamptz NOT NULL,
    merchant_no bigint,          -- the device's on that day
    accounting_date date NOT NULL,
    verdict smallint NOT NULL,
    flags integer NOT NULL,      -- bits of base/record.h
    reference bigint,            -- of a reversal the sequence it cancels, of a load our serial
    decides bigint,              -- of a held record that is accepted by this row after all: its record_id
    PRIMARY KEY (record_id, school_code, judged_on)
) PARTITION BY RANGE (judged_on, record_id);
CREATE INDEX record_sequence ON ledger.record (device_no, epoch, device_seq);
CREATE INDEX record_card ON ledger.record (card_no, occurred_at);

-- A line without money (RULES.md R-24): stored, never judged again. Its numbers are those of base/record.h.
-- record_id comes from the same ordinals as that of ledger.record.
CREATE TABLE ledger.identity (
    record_id bigint NOT NULL,
    school_code bigint NOT NULL, -- of the package
    judged_on date NOT NULL,
    archive_id bigint NOT NULL,
    file_no integer NOT NULL,
    record_no integer NOT NULL,
    device_no integer NOT NULL,
    device_seq bigint NOT NULL,
    digest bigint NOT NULL,
    card_no bigint,
    occurred_at timestamptz NOT NULL,
    kind smallint NOT NULL,
    direction smallint NOT NULL,
    method smallint NOT NULL,
    result smallint NOT NULL,
    verdict smallint NOT NULL,
    place text                   -- the stop of a bus
) PARTITION BY RANGE (judged_on, record_id);

-- Money that moved. transfer_id = entry_id × 4096 + leg; the entry of a record has the record's id.
CREATE TABLE ledger.transfer (
    transfer_id bigint NOT NULL,
    school_code bigint NOT NULL, -- whose book
    accounting_date date NOT NULL,
    occurred_at timestamptz NOT NULL,
    debit_account text NOT NULL,
    credit_account text NOT NULL,
    amount_fen bigint NOT NULL CONSTRAINT transfer_amount_positive CHECK (amount_fen > 0),
    kind smallint NOT NULL,
    card_no bigint,
    merchant_no bigint,
    device_no integer,
    device_seq bigint,
    reverses bigint, -- transfer_id
    PRIMARY KEY (transfer_id, school_code, accounting_date)
) PARTITION BY RANGE (accounting_date, transfer_id);
GRANT SELECT ON ledger.record, ledger.identity, ledger.transfer TO daybook_job;

-- Between which moments the records of a run's leaf lie, so that a look back opens only leaves that can have an answer,
-- however old the ledger is. Records more than a week older than the run's open date, and those from the future (RULES.md 1
-- bad_time), would stretch it: they are left out and named card by card in ledger.record_astray.
CREATE TABLE ledger.record_span (
    run_id bigint PRIMARY KEY,
    judged_on date NOT NULL,
    first_at timestamptz NOT NULL,
    last_at timestamptz NOT NULL
);
CREATE TABLE ledger.record_astray (
    card_no bigint NOT NULL,
    run_id bigint NOT NULL,
    judged_on date NOT NULL,
    first_at timestamptz NOT NULL,
    last_at timestamptz NOT NULL,
    PRIMARY KEY (card_no, run_id)
);

-- Held records that are asked again (RULES.md R-07, R-08), with what asking takes. A row goes when it is decided
-- (decision_ends_waiting) or when nobody will ask any more (ledger.end_waiting).
CREATE TABLE ledger.waiting (
    record_id bigint PRIMARY KEY,
    held_on date NOT NULL, -- the open date of the run that held it
    school_code bigint NOT NULL,
    archive_id bigint NOT NULL,
    made_at timestamptz NOT NULL, -- of its package
    file_no integer NOT NULL,
    record_no integer NOT NULL,
    device_no integer NOT NULL,
    epoch integer NOT NULL,
    device_seq bigint NOT NULL,
    digest bigint NOT NULL,
    kind smallint NOT NULL,
    card_no bigint NOT NULL,
    counter integer NOT NULL,
    before_fen bigint NOT NULL,
    amount_fen bigint NOT NULL,
    after_fen bigint NOT NULL,
    occurred_at timestamptz NOT NULL,
    psam_no bigint NOT NULL,
    list_version bigint NOT NULL,
    reference bigint NOT NULL
);
CREATE INDEX waiting_card ON ledger.waiting (card_no);
CREATE INDEX waiting_reversal ON ledger.waiting (held_on) WHERE kind = 254;
GRANT SELECT, INSERT ON ledger.waiting TO daybook_job;
-- Runs that may have changed what held records are answered and asked none: imports of new cards (card_no null), and records
-- that two people have posted, each with its card. The next run of post takes them (ledger.take_unasked).
CREATE TABLE ledger.unasked (run_id bigint PRIMARY KEY, card_no bigint);
GRANT SELECT, INSERT ON ledger.unasked TO daybook_job;
-- What became of a held record: posted by a row of its own (ledger.record.decides), or void. Once, for ever.
CREATE TABLE ledger.decision (
    record_id bigint PRIMARY KEY,
    outcome text NOT NULL CHECK (outcome IN ('posted', 'void', 'held')), -- held: it stays so for ever (RULES.md R-09)
    posted_id bigint UNIQUE CHECK ((posted_id IS NULL) = (outcome = 'void')),
    reason text NOT NULL,
    run_id bigint NOT NULL
);
-- A purchase is reversed once (RULES.md R-08).
CREATE TABLE ledger.reversal (
    purchase_id bigint CONSTRAINT purchase_reversed_once PRIMARY KEY,
    reversal_id bigint NOT NULL UNIQUE,
    run_id bigint NOT NULL
);
-- Transactions that accepted records repeat (FORMATS.md 3.2, pre) and that were not accepted themselves by then. What a held
-- record repeats counts once it is posted, whatever it was held for.
CREATE TABLE ledger.carried (
    card_no bigint NOT NULL,
    is_online boolean NOT NULL,
    counter integer NOT NULL,
    record_id bigint NOT NULL, -- that carries it
    is_held boolean NOT NULL,  -- when it was judged
    kind smallint NOT NULL,
    amount_fen bigint NOT NULL,
    psam_no bigint NOT NULL,
    occurred_at timestamptz,
    run_id bigint NOT NULL,
    PRIMARY KEY (card_no, is_online, counter, record_id)
);
-- What devices said of themselves (FORMATS.md 3.6).
CREATE TABLE ledger.device_status (
    archive_id bigint NOT NULL,
    file_no integer NOT NULL,
    record_no integer NOT NULL,
    device_no integer NOT NULL,
    at timestamptz NOT NULL,
    uncollected bigint NOT NULL,
    last_seq bigint NOT NULL,
    total_count bigint NOT NULL,
    total_amount_fen bigint NOT NULL,
    firmware text NOT NULL,
    blacklist_version bigint NOT NULL,
    run_id bigint NOT NULL,
    ordinal integer NOT NULL DEFAULT 0, -- in the order in which the rows of its run arrived
    PRIMARY KEY (archive_id, file_no, record_no)
);
CREATE INDEX device_status_newest ON ledger.device_status (device_no, at DESC, run_id DESC, ordinal DESC);

-- The schema refuses a second judging of a sequence (DESIGN.md 3.3): ranges seen by a run, inclusive.
CREATE TABLE ledger.seen_range (
    device_no integer NOT NULL,
    epoch integer NOT NULL,
    sequences int8range NOT NULL CHECK (NOT isempty(sequences)),
    run_id bigint NOT NULL,
    CONSTRAINT sequence_seen_once EXCLUDE USING gist (device_no WITH =, epoch WITH =, sequences WITH &&)
);
CREATE TABLE ledger.conflict ( -- contents held as conflict, so that a copy of one is a duplicate
    device_no integer NOT NULL,
    epoch integer NOT NULL,
    device_seq bigint NOT NULL,
    digest bigint NOT NULL,
    run_id bigint NOT NULL,
    CONSTRAINT conflict_once PRIMARY KEY (device_no, epoch, device_seq, digest)
);

CREATE TABLE ledger.exception (
    exception_id bigint PRIMARY KEY, -- run_id × 2^28 + ordinal
    verdict smallint NOT NULL REFERENCES ledger.verdict,
    school_code bigint,
    device_no integer,
    epoch integer,
    device_seq bigint,  -- of a gap: its first
    card_no bigint,
    is_online boolean,  -- of a counter gap: the family
    counter integer,    -- of a gap: its first
    last_number bigint, -- of a gap
    amount_fen bigint,
    occurred_at timestamptz,
    accounting_date date NOT NULL,
    archive_id bigint,
    file_no integer,
    record_no integer,
    record_id bigint,   -- of a held record or a flag
    detail text NOT NULL
);
CREATE INDEX exception_date ON ledger.exception (accounting_date, verdict);
CREATE INDEX exception_sequence_gap ON ledger.exception (device_no, epoch, device_seq) WHERE verdict = 30;
CREATE INDEX exception_counter_gap ON ledger.exception (card_no, is_online, counter) WHERE verdict = 31;
CREATE INDEX exception_of_card ON ledger.exception (card_no, verdict, record_id) WHERE verdict IN (7, 8, 27, 28);
CREATE INDEX exception_device_total ON ledger.exception (device_no) WHERE verdict = 33;

-- Corrections that two people agree on (RULES.md P-16). A proposal and its answer each belong to a run of their own, so
-- that a sealed day can be shown again as it was.
CREATE TABLE ledger.correction_reason (
    reason text PRIMARY KEY,
    meaning text NOT NULL
);
INSERT INTO ledger.correction_reason VALUES
    ('terminal_fault', 'the terminal wrote or counted wrongly'),
    ('collector_fault', 'records were lost or spoilt on the way'),
    ('lost_records', 'the missing records will never come: device or memory destroyed'),
    ('clone', 'a copied card'),
    ('test_record', 'a trial of a terminal or card, no sale'),
    ('duplicate_sale', 'the same sale was booked twice under two numbers'),
    ('merchant_proof', 'the merchant has proved the sale'),
    ('holder_proof', 'the holder of the card has proved it'),
    ('wrong_account', 'money lies on an account where it does not belong'),
    ('wrong_amount', 'the amount was wrong'),
    ('bureau_decision', 'the bureau has decided so'),
    ('goodwill', 'paid out of goodwill'),
    ('seen', 'looked at: nothing has to be posted');
GRANT SELECT ON ledger.correction_reason TO daybook_job;

CREATE TABLE ledger.proposal (
    proposal_id bigint PRIMARY KEY, -- 1, 2, 3 …
    exception_id bigint NOT NULL REFERENCES ledger.exception,
    outcome text NOT NULL CHECK (outcome IN ('post', 'void', 'transfer')),
    debit_account text,
    credit_account text,
    amount_fen bigint,
    reason text NOT NULL CONSTRAINT proposal_reason REFERENCES ledger.correction_reason,
    proposed_by text NOT NULL CHECK (proposed_by <> ''),
    written_by name NOT NULL DEFAULT session_user,
    run_id bigint NOT NULL REFERENCES ledger.run,
    UNIQUE (proposal_id, proposed_by),
    CONSTRAINT proposal_transfer CHECK (CASE outcome
        WHEN 'transfer' THEN debit_account <> credit_account AND amount_fen > 0
        ELSE num_nonnulls(debit_account, credit_account, amount_fen) = 0 END IS TRUE)
);
CREATE INDEX proposal_exception ON ledger.proposal (exception_id);
CREATE INDEX proposal_run ON ledger.proposal (run_id);
CREATE TABLE ledger.answer (
    proposal_id bigint CONSTRAINT proposal_answered_once PRIMARY KEY,
    proposed_by text NOT NULL,
    answer text NOT NULL CHECK (answer IN ('approved', 'refused')),
    answered_by text NOT NULL CHECK (answered_by <> ''),
    written_by name NOT NULL DEFAULT session_user,
    reason text NOT NULL, -- of a refusal
    run_id bigint NOT NULL REFERENCES ledger.run,
    FOREIGN KEY (proposal_id, proposed_by) REFERENCES ledger.proposal (proposal_id, proposed_by),
    -- The proposer may take a proposal back, but not approve it.
    CONSTRAINT approved_by_another CHECK (answer = 'refused' OR answered_by <> proposed_by)
);
CREATE INDEX answer_run ON ledger.answer (run_id);
CREATE TABLE ledger.exception_closing (
    exception_id bigint PRIMARY KEY REFERENCES ledger.exception,
    run_id bigint NOT NULL,
    reason text NOT NULL,
    proposal_id bigint UNIQUE REFERENCES ledger.proposal -- of two people; null: it closed by itself
);
-- One proposal at a time for an exception that is open.
CREATE FUNCTION ledger.check_proposal() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    IF EXISTS (SELECT FROM ledger.exception_closing AS c WHERE c.exception_id = NEW.exception_id) THEN
        RAISE EXCEPTION 'exception % is closed', NEW.exception_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'proposal_of_open';
    END IF;
    IF EXISTS (SELECT FROM ledger.proposal AS p
                WHERE p.exception_id = NEW.exception_id
                  AND NOT EXISTS (SELECT FROM ledger.answer AS a WHERE a.proposal_id = p.proposal_id)) THEN
        RAISE EXCEPTION 'another proposal for exception % has no answer yet', NEW.exception_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'proposal_alone';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER proposal_open BEFORE INSERT ON ledger.proposal FOR EACH ROW EXECUTE FUNCTION ledger.check_proposal();
CREATE TABLE ledger.reject ( -- raw bytes of malformed records
    exception_id bigint PRIMARY KEY REFERENCES ledger.exception,
    raw bytea NOT NULL
);

-- Sums that balances and pages are made of, one row per run, so that none is ever changed.
CREATE TABLE ledger.trial_delta (
    accounting_date date NOT NULL,
    run_id bigint NOT NULL,
    code smallint NOT NULL REFERENCES ledger.account_code,
    debit_fen bigint NOT NULL CHECK (debit_fen >= 0),
    credit_fen bigint NOT NULL CHECK (credit_fen >= 0),
    PRIMARY KEY (accounting_date, run_id, code)
);
CREATE TABLE ledger.account_delta ( -- every account but the card purses, whose balance is in ledger.card_state
    accounting_date date NOT NULL,
    run_id bigint NOT NULL,
    account text NOT NULL,
    debit_fen bigint NOT NULL CHECK (debit_fen >= 0),
    credit_fen bigint NOT NULL CHECK (credit_fen >= 0),
    PRIMARY KEY (account, accounting_date, run_id)
);
-- Deposits are summed card by card, for all cards that were ever closed (settle/drain_candidates).
CREATE INDEX account_delta_deposit ON ledger.account_delta (account) INCLUDE (debit_fen, credit_fen)
    WHERE left(account, 5) = '2002:';
CREATE TABLE ledger.merchant_meal (
    accounting_date date NOT NULL,
    run_id bigint NOT NULL,
    merchant_no bigint NOT NULL,
    meal smallint NOT NULL CHECK (meal BETWEEN 1 AND 4), -- breakfast, lunch, supper, night
    purchases bigint NOT NULL,
    purchase_fen bigint NOT NULL,
    reversals bigint NOT NULL,
    reversal_fen bigint NOT NULL,
    late bigint NOT NULL,
    late_fen bigint NOT NULL,
    held bigint NOT NULL, -- first held in the run of that date
    held_fen bigint NOT NULL,
    PRIMARY KEY (accounting_date, run_id, merchant_no, meal)
);
CREATE TABLE ledger.device_day ( -- accepted purchases by own day, for the estimates of R-21
    own_day date NOT NULL,
    run_id bigint NOT NULL,
    device_no integer NOT NULL,
    purchases bigint NOT NULL,
    purchase_fen bigint NOT NULL,
    PRIMARY KEY (device_no, own_day, run_id)
);
CREATE TABLE ledger.terminal_run ( -- R-22 per device and run
    accounting_date date NOT NULL, -- the run's
    run_id bigint NOT NULL,
    device_no integer NOT NULL,
    school_code bigint NOT NULL,   -- of the package
    collected bigint NOT NULL,
    posted bigint NOT NULL,
    duplicate bigint NOT NULL,
    held bigint NOT NULL,
    rejected bigint NOT NULL,
    missing bigint NOT NULL,       -- sequences missing at its end, all epochs
    amount_fen bigint NOT NULL,
    posted_fen bigint NOT NULL,
    duplicate_fen bigint NOT NULL,
    held_fen bigint NOT NULL,
    rejected_fen bigint NOT NULL,
    device_total_fen bigint,       -- of the newest status row at its end
    PRIMARY KEY (accounting_date, device_no, run_id),
    CONSTRAINT terminal_records_close CHECK (collected = posted + duplicate + held + rejected),
    CONSTRAINT terminal_fen_closes CHECK (amount_fen = posted_fen + duplicate_fen + held_fen + rejected_fen)
);
CREATE TABLE ledger.merchant_fee ( -- what settle booked (P-12)
    accounting_date date NOT NULL,
    run_id bigint NOT NULL,
    merchant_no bigint NOT NULL,
    turnover_fen bigint NOT NULL,
    fee_fen bigint NOT NULL, -- of this run; a correction is the difference
    PRIMARY KEY (accounting_date, merchant_no, run_id)
);
CREATE TABLE ledger.statement (
    statement_no text PRIMARY KEY, -- <merchant_no>-<period>-<edition>
    merchant_no bigint NOT NULL,
    period text NOT NULL,
    from_date date NOT NULL,
    to_date date NOT NULL,
    edition integer NOT NULL CHECK (edition >= 1),
    turnover_fen bigint NOT NULL,
    fee_fen bigint NOT NULL,
    net_fen bigint NOT NULL,
    csv bytea NOT NULL,
    sha256 bytea NOT NULL CHECK (sha256 = pg_catalog.sha256(csv)),
    run_id bigint NOT NULL REFERENCES ledger.run,
    UNIQUE (merchant_no, period, edition)
);
CREATE INDEX statement_to_date ON ledger.statement (to_date, merchant_no, period);

-- Lists of lost and bad cards (RULES.md 4): a version for each day, and per class of terminals what it adds to and
-- removes from the version before. The names of a version are the cards whose last change up to it adds them.
CREATE TABLE ledger.blacklist (
    version integer PRIMARY KEY, -- YYYYMMDD of its day
    list_date date NOT NULL UNIQUE,
    previous_version integer UNIQUE REFERENCES ledger.blacklist, -- null: the first of all
    run_id bigint NOT NULL UNIQUE REFERENCES ledger.run,
    CONSTRAINT blacklist_version_is_date CHECK (version = extract(year FROM list_date) * 10000
                                                + extract(month FROM list_date) * 100 + extract(day FROM list_date)),
    CONSTRAINT blacklist_follows CHECK (previous_version < version)
);
CREATE TABLE ledger.blacklist_class (
    version integer NOT NULL REFERENCES ledger.blacklist,
    class text NOT NULL CHECK (class IN ('pos', 'bus', 'gate')),
    capacity bigint NOT NULL,
    names bigint NOT NULL CHECK (names >= 0),
    added bigint NOT NULL CHECK (added >= 0),
    removed bigint NOT NULL CHECK (removed >= 0),
    left_out bigint NOT NULL CHECK (left_out >= 0), -- cards that found no place, and the money at risk on them
    left_out_fen bigint NOT NULL CHECK (left_out_fen >= 0),
    PRIMARY KEY (version, class),
    CONSTRAINT blacklist_fits CHECK (names <= capacity),
    CONSTRAINT blacklist_cut_when_full CHECK (left_out = 0 OR names = capacity)
);
CREATE TABLE ledger.blacklist_change (
    class text NOT NULL,
    card_no bigint NOT NULL,
    version integer NOT NULL,
    is_removed boolean NOT NULL,
    PRIMARY KEY (class, card_no, version),
    FOREIGN KEY (version, class) REFERENCES ledger.blacklist_class
);

SELECT ledger.make_insert_only(target) FROM unnest(ARRAY['ledger.blacklist',
    'ledger.blacklist_class', 'ledger.blacklist_change', 'ledger.seen_range', 'ledger.conflict', 'ledger.exception',
    'ledger.exception_closing', 'ledger.reject', 'ledger.trial_delta', 'ledger.account_delta', 'ledger.merchant_meal',
    'ledger.device_day', 'ledger.terminal_run', 'ledger.merchant_fee', 'ledger.statement', 'ledger.record_span',
    'ledger.record_astray', 'ledger.decision', 'ledger.reversal', 'ledger.carried',
    'ledger.device_status', 'ledger.proposal', 'ledger.answer']::regclass[]) AS target;

-- State that the next run begins with. A row carries the run that wrote it and is replaced only by a run that read it;
-- jobs write it through the functions of 0006.
CREATE TABLE ledger.device_state (
    device_no integer NOT NULL,
    epoch integer NOT NULL,
    run_id bigint NOT NULL,
    seen bigint[] NOT NULL, -- first, last, first, last, …: maximal ranges in ascending order
    seen_fen bigint NOT NULL, -- plain sum of the amounts of all records seen (R-23)
    PRIMARY KEY (device_no, epoch)
) WITH (fillfactor = 45); -- as card_state
CREATE TABLE ledger.card_state (
    card_no bigint PRIMARY KEY,
    run_id bigint NOT NULL,
    has_transfers boolean NOT NULL, -- of its 2001
    purse_fen bigint NOT NULL,      -- balance of its 2001
    offline integer[] NOT NULL,     -- accepted counters: first, last, first, last, …
    online integer[] NOT NULL,
    records bigint NOT NULL,        -- accepted money records: the length of its chain
    tail_at timestamptz,            -- the last record of its chain
    tail_family smallint NOT NULL,  -- 0 offline, 1 online
    tail_counter integer NOT NULL,
    tail_reversal boolean NOT NULL,
    tail_after_fen bigint NOT NULL,
    tail_offline integer NOT NULL,  -- counter of the last of its family in the chain, -1 none (both: come on file since)
    tail_online integer NOT NULL,
    day date,                       -- newest own day with accepted purchases, and their sum
    day_fen bigint NOT NULL
) WITH (fillfactor = 45); -- most cards of a city change every night: room for that beside the old rows spares the index
-- What a card may still claim; only cards that have something have a row. A claim and its lots are replaced together.
CREATE TABLE ledger.card_claim (
    card_no bigint PRIMARY KEY,
    run_id bigint NOT NULL,
    topup_fen bigint NOT NULL CONSTRAINT claim_topup_not_negative CHECK (topup_fen >= 0), -- balance of its 2205
    advance_fen bigint NOT NULL CONSTRAINT claim_advance_not_negative CHECK (advance_fen >= 0) -- P-07 gave it from 1122
);
CREATE TABLE ledger.subsidy_lot ( -- balance of its 2203, by the day until which it may be drawn
    card_no bigint NOT NULL,
    valid_to date NOT NULL, -- infinity: never lapses
    left_fen bigint NOT NULL CONSTRAINT lot_above_zero CHECK (left_fen > 0),
    PRIMARY KEY (card_no, valid_to)
);
CREATE INDEX subsidy_lot_valid_to ON ledger.subsidy_lot (valid_to);
GRANT SELECT ON ledger.device_state, ledger.card_state, ledger.card_claim, ledger.subsidy_lot TO daybook_job;

-- Cards that are lost or bad at the end of a day, as the run that made its list and those before knew them (without a
-- list: all runs of the day): the last report that had taken effect by then is lost or bad, or there is none and the card
-- came on file as lost. `found` ends both; `closed` neither makes nor ends them.
CREATE FUNCTION ledger.listed_cards(day date) RETURNS TABLE (card_no bigint, expires_on date, opening_fen bigint)
LANGUAGE sql STABLE SET search_path = pg_catalog AS $$
    WITH run AS MATERIALIZED (
        SELECT r.run_id FROM ledger.run AS r
         WHERE r.accounting_date < day
            OR (r.accounting_date = day
                AND NOT EXISTS (SELECT FROM ledger.blacklist AS b WHERE b.list_date = day AND b.run_id < r.run_id))
    ), report AS (
        SELECT DISTINCT ON (l.card_no) l.card_no, l.kind
          FROM ref.loss AS l
         WHERE l.kind <> 'closed' AND l.effective_at < (day + 1)::timestamp AT TIME ZONE 'Asia/Shanghai'
           AND l.known_run IN (SELECT run_id FROM run)
         ORDER BY l.card_no, l.effective_at DESC, l.known_run DESC, l.line_number DESC
    )
    SELECT c.card_no, c.expires_on, c.balance_fen
      FROM ref.card AS c
      LEFT JOIN report AS r USING (card_no)
     WHERE (r.kind IN ('lost', 'bad') OR (r.kind IS NULL AND c.status = 'lost'))
       AND c.known_run IN (SELECT run_id FROM run)
       AND (c.superseded_run IS NULL OR c.superseded_run NOT IN (SELECT run_id FROM run))
$$;

-- Which list the terminals on file had when they last said so, as the runs of a day and before knew it: how many nights
-- older than the newest there was at that time; null where the terminal has said nothing for three days. A list is there
-- on the day after its own.
CREATE FUNCTION ledger.list_terminals(day date)
RETURNS TABLE (device_no integer, school_code bigint, class text, said_at timestamptz, said_version bigint,
               nights_behind integer)
LANGUAGE sql STABLE SET search_path = pg_catalog AS $$
    WITH run AS MATERIALIZED (
        SELECT r.run_id FROM ledger.run AS r WHERE r.accounting_date <= day
    ), terminal AS (
        SELECT t.device_no, t.school_code,
               CASE WHEN t.kind IN ('pos', 'load') THEN 'pos' WHEN t.kind = 'bus' THEN 'bus' ELSE 'gate' END AS class
          FROM ref.terminal AS t
         WHERE daterange(t.valid_from, t.valid_to, '[]') @> day AND t.known_run IN (SELECT run_id FROM run)
           AND (t.superseded_run IS NULL OR t.superseded_run NOT IN (SELECT run_id FROM run))
    ), said AS (
        SELECT t.*, s.at AS said_at, s.blacklist_version AS said_version
          FROM terminal AS t
          LEFT JOIN LATERAL (SELECT d.at, d.blacklist_version FROM ledger.device_status AS d
                              WHERE d.device_no = t.device_no AND d.run_id IN (SELECT run_id FROM run)
                              ORDER BY d.at DESC, d.run_id DESC, d.ordinal DESC
                              LIMIT 1) AS s ON true
    )
    SELECT s.device_no, s.school_code, s.class, s.said_at, s.said_version,
           CASE WHEN s.said_at >= (day - 2)::timestamp AT TIME ZONE 'Asia/Shanghai'
                THEN greatest(0, coalesce(wanted.list_date - had.list_date, wanted.list_date - first.list_date + 1, 0))
           END
      FROM said AS s
     CROSS JOIN (SELECT min(list_date) AS list_date FROM ledger.blacklist) AS first
      LEFT JOIN LATERAL (SELECT max(b.list_date) AS list_date FROM ledger.blacklist AS b
                          WHERE b.list_date < (s.said_at AT TIME ZONE 'Asia/Shanghai')::date
                            AND b.list_date <= day) AS wanted ON true
      LEFT JOIN LATERAL (SELECT b.list_date FROM ledger.blacklist AS b
                          WHERE b.version <= s.said_version ORDER BY b.version DESC LIMIT 1) AS had ON true
$$;
RESET ROLE;
