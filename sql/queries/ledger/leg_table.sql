-- Purchases of earlier runs whose transfers a run mirrors.
CREATE TEMPORARY TABLE run_mirrored (entry_id bigint NOT NULL, accounting_date date NOT NULL) ON COMMIT DROP
