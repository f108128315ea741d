-- Adds the cards on which imports and people have changed what held records are answered. A card whose state a later run
-- has replaced was asked by that run.
DO $$
DECLARE
    taken bigint[] := ledger.take_unasked();
BEGIN
    IF taken IS NOT NULL THEN
        INSERT INTO pg_temp.run_arrived
        SELECT w.card_no
          FROM ledger.waiting AS w
         WHERE w.card_no IN (SELECT card_no FROM ref.card WHERE known_run = ANY (taken)
                              UNION ALL
                             SELECT card_no FROM ledger.card_state WHERE run_id = ANY (taken));
    END IF;
    ANALYZE pg_temp.run_arrived;
END
$$
