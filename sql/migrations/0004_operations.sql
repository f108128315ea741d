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

-- What is to be sent: written in the transaction of its cause, sent later, marked after.
CREATE TABLE ops.outbox (
    outbox_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source text NOT NULL, -- the peer, "[source NAME]"
    folder text NOT NULL, -- under the source's path
    name text NOT NULL,
    bytes bytea NOT NULL,
    run_id bigint REFERENCES ledger.run,
    state text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'sent', 'alarm')),
    message text,
    sent_at timestamptz,
    UNIQUE (source, folder, name)
);
CREATE INDEX outbox_queued ON ops.outbox (outbox_id) WHERE state = 'queued';

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

GRANT SELECT, INSERT, UPDATE ON ops.archive, ops.archive_file, ops.source_file, ops.outbox, ops.job_run TO daybook_job;
GRANT SELECT ON ops.reader_scope TO daybook_job;
GRANT SELECT, INSERT ON ops.archive_replaced TO daybook_job;
REVOKE UPDATE ON ops.archive_file FROM daybook_job;
RESET ROLE;
