-- Other bytes take the place and the row of a package that was not posted: as if it had come only now.
-- $1 bigint: archive_id; $2 text: source; $3 text: digest in hex; $4 bigint: size
UPDATE ops.archive
SET source = $2::text, sha256 = decode($3::text, 'hex'), size_bytes = $4::bigint, state = 'collected', reason = NULL,
    detail = NULL, records = 0, posted = 0, duplicate = 0, held = 0, rejected = 0, amount_fen = 0, posted_fen = 0,
    duplicate_fen = 0, held_fen = 0, rejected_fen = 0, run_id = NULL, received_at = transaction_timestamp()
WHERE archive_id = $1::bigint
