-- A known name with other bytes after the first was posted: quarantined, a row of its own (FORMATS.md 2).
-- $1 text: source; $2 text: name; $3 text: digest in hex; $4 bigint: size; $5 bigint: school code; $6 bigint: time in
-- the name, seconds since 1970
INSERT INTO ops.archive (source, name, sha256, size_bytes, school_code, made_at, state, reason, detail)
VALUES ($1::text, $2::text, decode($3::text, 'hex'), $4::bigint, $5::bigint, to_timestamp($6::bigint), 'quarantined',
        'renamed_content', 'the package of this name was posted with other bytes')
