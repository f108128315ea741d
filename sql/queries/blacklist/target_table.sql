-- Which files of the lists go where.
CREATE TEMPORARY TABLE list_target (source text NOT NULL, school_code bigint NOT NULL, class text NOT NULL,
    wants_full boolean NOT NULL, wants_delta boolean NOT NULL) ON COMMIT DROP
