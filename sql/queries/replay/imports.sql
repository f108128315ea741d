-- The files that an import took in, in their order. $1 bigint: run
SELECT kind, encode(sha256, 'hex') FROM ref.import WHERE run_id = $1::bigint ORDER BY import_id
