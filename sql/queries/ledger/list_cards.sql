-- The cards that are lost or bad at the end of a day and that a terminal may still take: it refuses by itself a card
-- that has expired, so that a name is dropped some days after. At risk is what the purse or the card holds, whichever is
-- more; where cards are equal, the smaller number comes first.
-- $1 date: the day; $2 bigint: how many days after it expired a card is still named
INSERT INTO pg_temp.list_card (card_no, risk_fen, place)
SELECT n.card_no, n.risk_fen, row_number() OVER (ORDER BY n.risk_fen DESC, n.card_no)
  FROM (SELECT c.card_no, greatest(coalesce(s.purse_fen, 0),
                                   CASE WHEN s.records > 0 THEN s.tail_after_fen ELSE c.opening_fen END, 0) AS risk_fen
          FROM ledger.listed_cards($1::date) AS c
          LEFT JOIN ledger.card_state AS s USING (card_no)
         WHERE c.expires_on + $2::bigint::integer >= $1::date) AS n
