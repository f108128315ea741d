-- What a run made of its packages.
CREATE TEMPORARY TABLE run_result (
    archive_id bigint NOT NULL, sha256 bytea NOT NULL, state text NOT NULL, reason text, detail text,
    records bigint NOT NULL, posted bigint NOT NULL, duplicate bigint NOT NULL, held bigint NOT NULL,
    rejected bigint NOT NULL, amount_fen bigint NOT NULL, posted_fen bigint NOT NULL, duplicate_fen bigint NOT NULL,
    held_fen bigint NOT NULL, rejected_fen bigint NOT NULL
) ON COMMIT DROP
