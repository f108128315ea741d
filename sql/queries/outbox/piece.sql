-- One piece of a body, in hex, no row after the last. $1 text: SHA-256 in hex; $2 bigint: which, from 1
SELECT encode(bytes, 'hex') FROM ops.outbox_piece WHERE sha256 = decode($1::text, 'hex') AND piece_no = $2::bigint
