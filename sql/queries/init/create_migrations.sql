-- The table of migrations; init makes it in the transaction of the first one, which makes the schema ops.
CREATE TABLE ops.migration (
    number bigint PRIMARY KEY,
    name text NOT NULL,
    sha256 text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT transaction_timestamp()
);
ALTER TABLE ops.migration OWNER TO daybook_owner;
GRANT SELECT ON ops.migration TO daybook_job;
