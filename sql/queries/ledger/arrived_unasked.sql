-- Adds the cards on which imports and people have changed what held records are answered. Those of people are named: other runs
-- (drains, corrections) may have replaced the card's state since, and asked nothing.
DO $$
DECLARE
    runs bigint[];
    cards bigint[];
BEGIN
    SELECT array_agg(run_id), array_agg(card_no) INTO runs, cards FROM ledger.take_unasked();
    IF runs IS NOT NULL THEN
        INSERT INTO pg_temp.run_arrived
        SELECT w.card_no
          FROM ledger.waiting AS w
         WHERE w.card_no IN (SELECT card_no FROM ref.card WHERE known_run = ANY (runs)
                              UNION ALL
                             SELECT unnest(cards));
    END IF;
    ANALYZE pg_temp.run_arrived;
END
$$
