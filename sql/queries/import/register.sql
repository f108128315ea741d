-- Registers a file of an import, and gives its rows their import.
-- $1 integer: file_no; $2 text: KIND; $3 text: name of the file; $4 text: digest in hex; $5 bigint: run;
-- $6 bigint, $7 bigint, $8 bigint: rows read, new, changed
WITH added AS (
    INSERT INTO ref.import (kind, file_name, sha256, run_id, rows_read, rows_new, rows_changed)
    VALUES ($2::text, $3::text, decode($4::text, 'hex'), $5::bigint, $6::bigint, $7::bigint, $8::bigint)
    RETURNING import_id
)
INSERT INTO import_files SELECT $1::integer, import_id, $5::bigint FROM added
