-- What the jobs know of files and of themselves: archives and their files, names seen at a source, the outbox, job
-- runs, who may read what.
SET ROLE daybook_owner;

-- One row per package name; a renamed_content row shares its name with the row that was posted (FORMATS.md 2).
CREATE TABLE ops.archive (
    archive_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source text NOT NULL,
    name text NOT NULL,           -- of the package, with extension
    sha256 bytea NOT NULL UNIQUE CHECK (length(sha256) = 32),
    size_bytes bigint NOT NULL,
    school_code bigint NOT NULL,
    made_at timestamptz NOT NULL, -- the 14-digit time in the name
    state text NOT NULL DEFAULT 'collected' CHECK (state IN ('collected', 'waiting', 'posted', 'quarantined')),
    reason text,
    detail text,                  -- the reason in words, with its place
    records bigint NOT NULL DEFAULT 0,
    posted bigint NOT NULL DEFAULT 0,
    duplicate bigint NOT NULL DEFAULT 0,
    held bigint NOT NULL DEFAULT 0,
    rejected bigint NOT NULL DEFAULT 0,
    amount_fen bigint NOT NULL DEFAULT 0,
    posted_fen bigint NOT NULL DEFAULT 0,
    duplicate_fen bigint NOT NULL DEFAULT 0,
    held_fen bigint NOT NULL DEFAULT 0,
    rejected_fen bigint NOT NULL DEFAULT 0,
    run_id bigint REFERENCES ledger.run, -- the one that posted or quarantined it
    received_at timestamptz NOT NULL DEFAULT transaction_timestamp(),
    CONSTRAINT archive_records_close CHECK (records = posted + duplicate + held + rejected),
    CONSTRAINT archive_fen_closes CHECK (amount_fen = posted_fen + duplicate_fen + held_fen + rejected_fen)
);
CREATE UNIQUE INDEX archive_name ON ops.archive (name) WHERE reason IS DISTINCT FROM 'renamed_content';
CREATE INDEX archive_waiting ON ops.archive (made_at, name) WHERE state IN ('collected', 'waiting');
CREATE INDEX archive_run ON ops.archive (run_id);

-- Bytes that other bytes of the same name replaced before they were posted: kept in intake/, and known when they come
-- again (FORMATS.md 2: same bytes seen before).
CREATE TABLE ops.archive_replaced (
    sha256 bytea PRIMARY KEY CHECK (length(sha256) = 32),
    archive_id bigint NOT NULL REFERENCES ops.archive,
    size_bytes bigint NOT NULL,
    received_at timestamptz NOT NULL,
    replaced_at timestamptz NOT NULL DEFAULT transaction_timestamp()
);

-- What a package's row said before it was judged again or other bytes took its place, so that a sealed day can be
-- shown again as it was.
CREATE TABLE ops.archive_past (
    archive_id bigint NOT NULL REFERENCES ops.archive,
    state text NOT NULL,
    reason text,
    detail text,
    run_id bigint,
    received_at timestamptz NOT NULL,
    ended_run_id bigint, -- the run that judged it again; null: it waits on, or other bytes came
    ended_at timestamptz NOT NULL DEFAULT transaction_timestamp()
);
CREATE INDEX archive_past_archive ON ops.archive_past (archive_id);
CREATE FUNCTION ops.keep_archive_past() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    INSERT INTO ops.archive_past (archive_id, state, reason, detail, run_id, received_at, ended_run_id)
    VALUES (OLD.archive_id, OLD.state, OLD.reason, OLD.detail, OLD.run_id, OLD.received_at, NEW.run_id);
    RETURN NULL;
END
$$;
-- The first judging of a package is the common case and needs no row: what it was before is known.
CREATE TRIGGER archive_past AFTER UPDATE ON ops.archive FOR EACH ROW
    WHEN ((OLD.state, OLD.reason, OLD.detail, OLD.received_at)
          IS DISTINCT FROM (NEW.state, NEW.reason, NEW.detail, NEW.received_at)
          AND (OLD.state <> 'collected' OR OLD.received_at <> NEW.received_at))
    EXECUTE FUNCTION ops.keep_archive_past();

-- Packages that waited or were in quarantine when a date was sealed, or are now where it is not sealed. is_new: put into
-- quarantine by the date.
CREATE FUNCTION ops.archive_standing(day date)
RETURNS TABLE (archive_id bigint, state text, reason text, detail text, is_new boolean)
LANGUAGE sql STABLE SET search_path = pg_catalog AS $$
    WITH border AS (
        SELECT coalesce((SELECT r.committed_at FROM ledger.seal AS s JOIN ledger.run AS r USING (run_id)
                          WHERE s.sealed_date = day), 'infinity') AS sealed_at,
               coalesce((SELECT r.committed_at FROM ledger.seal AS s JOIN ledger.run AS r USING (run_id)
                          WHERE s.sealed_date = day - 1), '-infinity') AS opened_at
    ), later AS (
        SELECT run_id FROM ledger.run WHERE accounting_date > day
    ), version AS (
        SELECT p.archive_id, p.state, p.reason, p.detail, p.run_id, p.received_at, p.ended_run_id, p.ended_at
          FROM ops.archive_past AS p
        UNION ALL
        SELECT a.archive_id, a.state, a.reason, a.detail, a.run_id, a.received_at, NULL, NULL
          FROM ops.archive AS a
    ), standing AS (
        SELECT DISTINCT ON (v.archive_id) v.archive_id, v.received_at, v.run_id, v.reason, v.detail,
               CASE WHEN v.run_id IN (SELECT run_id FROM later) THEN 'collected' ELSE v.state END AS state
          FROM version AS v CROSS JOIN border AS b
         WHERE (v.state <> 'posted' OR v.run_id IN (SELECT run_id FROM later)) AND v.received_at <= b.sealed_at
           AND (v.ended_at IS NULL OR CASE WHEN v.ended_run_id IS NULL THEN v.ended_at > b.sealed_at
                                           ELSE v.ended_run_id IN (SELECT run_id FROM later) END)
         ORDER BY v.archive_id, v.ended_at NULLS LAST
    )
    SELECT s.archive_id, CASE s.state WHEN 'collected' THEN 'waiting' ELSE s.state END,
           CASE WHEN s.state <> 'collected' THEN s.reason END, CASE WHEN s.state <> 'collected' THEN s.detail END,
           s.state = 'quarantined' AND CASE WHEN s.run_id IS NULL THEN s.received_at > b.opened_at
                                            ELSE r.accounting_date = day END
      FROM standing AS s CROSS JOIN border AS b LEFT JOIN ledger.run AS r USING (run_id)
$$;

-- The log files of an opened package, in the order of its manifest.
CREATE TABLE ops.archive_file (
    archive_id bigint NOT NULL REFERENCES ops.archive,
    file_no integer NOT NULL CHECK (file_no >= 1), -- row of the manifest
    name text NOT NULL,
    format text NOT NULL,
    device_no integer,
    records bigint NOT NULL,
    posted bigint NOT NULL,
    duplicate bigint NOT NULL,
    held bigint NOT NULL,
    rejected bigint NOT NULL,
    amount_fen bigint NOT NULL,
    posted_fen bigint NOT NULL,
    reason text, -- why it was refused
    run_id bigint NOT NULL REFERENCES ledger.run,
    PRIMARY KEY (archive_id, file_no),
    CONSTRAINT archive_file_records_close CHECK (records = posted + duplicate + held + rejected)
);

-- Refused files of posted packages that are judged again (FORMATS.md 2, daybook retry), each once with success. The counts of
-- the first verdict stay in ops.archive_file and ops.archive (RULES.md R-22); here are those of the second.
CREATE TABLE ops.archive_file_retry (
    archive_id bigint NOT NULL,
    file_no integer NOT NULL,
    state text NOT NULL DEFAULT 'collected' CHECK (state IN ('collected', 'waiting', 'posted', 'refused')),
    reason text, -- why it was refused again, or waits
    records bigint NOT NULL DEFAULT 0,
    posted bigint NOT NULL DEFAULT 0,
    duplicate bigint NOT NULL DEFAULT 0,
    held bigint NOT NULL DEFAULT 0,
    rejected bigint NOT NULL DEFAULT 0,
    amount_fen bigint NOT NULL DEFAULT 0,
    posted_fen bigint NOT NULL DEFAULT 0,
    duplicate_fen bigint NOT NULL DEFAULT 0,
    held_fen bigint NOT NULL DEFAULT 0,
    rejected_fen bigint NOT NULL DEFAULT 0,
    run_id bigint REFERENCES ledger.run, -- the one that judged it again
    PRIMARY KEY (archive_id, file_no),
    FOREIGN KEY (archive_id, file_no) REFERENCES ops.archive_file (archive_id, file_no),
    CONSTRAINT archive_file_retry_records_close CHECK (records = posted + duplicate + held + rejected),
    CONSTRAINT archive_file_retry_fen_closes CHECK (amount_fen = posted_fen + duplicate_fen + held_fen + rejected_fen)
);
CREATE INDEX archive_file_retry_run ON ops.archive_file_retry (run_id);
CREATE INDEX archive_file_retry_waiting ON ops.archive_file_retry (archive_id) WHERE state IN ('collected', 'waiting');
CREATE INDEX archive_file_refused ON ops.archive_file (archive_id, file_no) WHERE reason IS NOT NULL;

-- Every name seen at a source with the size and time it had when it was fetched.
CREATE TABLE ops.source_file (
    source text NOT NULL,
    path text NOT NULL, -- "<school_code>/<name>"
    size_bytes bigint NOT NULL,
    modified_at bigint NOT NULL, -- seconds since 1970, of the server
    sha256 bytea NOT NULL CHECK (length(sha256) = 32),
    fetches bigint NOT NULL DEFAULT 1,
    PRIMARY KEY (source, path)
);

-- Bytes that go to many places: kept once, in pieces, and called by their digest.
CREATE TABLE ops.outbox_body (
    sha256 bytea PRIMARY KEY CHECK (length(sha256) = 32),
    size_bytes bigint NOT NULL CHECK (size_bytes >= 0)
);
CREATE TABLE ops.outbox_piece (
    sha256 bytea NOT NULL REFERENCES ops.outbox_body,
    piece_no integer NOT NULL CHECK (piece_no >= 1),
    bytes bytea NOT NULL,
    PRIMARY KEY (sha256, piece_no)
);

-- What is to be sent: written in the transaction of its cause, sent later, marked after.
CREATE TABLE ops.outbox (
    outbox_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source text NOT NULL, -- the peer, "[source NAME]"
    folder text NOT NULL, -- under the source's path
    name text NOT NULL,
    bytes bytea,          -- null: those of sha256
    sha256 bytea REFERENCES ops.outbox_body,
    is_ordered boolean NOT NULL DEFAULT false, -- never sent before what was queued earlier for its folder
    run_id bigint REFERENCES ledger.run,
    state text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'sent', 'alarm')),
    message text,
    sent_at timestamptz, -- the first time
    replaces bytea[] NOT NULL DEFAULT '{}', -- SHA-256 of bytes that may lie there and make room: earlier answers of ours
    CONSTRAINT outbox_has_bytes CHECK (num_nonnulls(bytes, sha256) = 1),
    UNIQUE (source, folder, name)
);
CREATE INDEX outbox_queued ON ops.outbox (source, folder, outbox_id) WHERE state = 'queued';
CREATE INDEX outbox_alarm ON ops.outbox (source, folder, outbox_id) WHERE state = 'alarm';

-- The full lists of cards queued for a school: what the deltas sent there since build on (FORMATS.md 6).
CREATE TABLE ops.list_base (
    source text NOT NULL,
    school_code bigint NOT NULL,
    class text NOT NULL,
    version integer NOT NULL,
    outbox_id bigint NOT NULL REFERENCES ops.outbox,
    PRIMARY KEY (source, school_code, class, version)
);

-- Where lists go: every school on file, at each of the sources that its packages have come from; at all of them where
-- none has come yet.
CREATE FUNCTION ops.list_places(sources text[]) RETURNS TABLE (source text, school_code bigint)
LANGUAGE sql STABLE SET search_path = pg_catalog AS $$
    WITH home AS ( -- of one source there is nothing to choose
        SELECT DISTINCT a.source, a.school_code FROM ops.archive AS a
         WHERE cardinality(sources) > 1 AND a.source = ANY (sources)
    )
    SELECT place.source, school.school_code
      FROM (SELECT DISTINCT s.school_code FROM ref.school AS s WHERE s.superseded_run IS NULL) AS school
     CROSS JOIN unnest(sources) AS place (source)
     WHERE NOT EXISTS (SELECT FROM home AS h WHERE h.school_code = school.school_code)
        OR EXISTS (SELECT FROM home AS h WHERE h.school_code = school.school_code AND h.source = place.source)
$$;

CREATE TABLE ops.job_run (
    job_run_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    job text NOT NULL,
    date date,
    started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    ended_at timestamptz,
    status text NOT NULL DEFAULT 'running' CHECK (status IN ('running', 'done', 'attention', 'failed')),
    counts jsonb NOT NULL DEFAULT '{}',
    message text NOT NULL DEFAULT ''
);
CREATE INDEX job_run_job_date ON ops.job_run (job, date);

-- Which schools and merchants a database user may read through the api views; both null: all.
CREATE TABLE ops.reader_scope (
    reader name NOT NULL,
    school_code bigint,
    merchant_no bigint
);
CREATE UNIQUE INDEX reader_scope_key ON ops.reader_scope (reader, coalesce(school_code, 0), coalesce(merchant_no, 0));

GRANT SELECT, INSERT, UPDATE ON ops.archive, ops.archive_file, ops.archive_file_retry, ops.source_file, ops.outbox,
    ops.job_run TO daybook_job;
GRANT SELECT ON ops.reader_scope TO daybook_job;
GRANT SELECT, INSERT ON ops.archive_replaced, ops.outbox_body, ops.outbox_piece, ops.list_base TO daybook_job;
GRANT SELECT ON ops.archive_past TO daybook_job;
REVOKE UPDATE ON ops.archive_file FROM daybook_job;
RESET ROLE;
