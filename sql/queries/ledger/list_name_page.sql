-- The next names of a class in the order of the card number. $1 text: class; $2 bigint: those after this card; $3 bigint: at most
-- so many
SELECT card_no, false FROM pg_temp.list_name
 WHERE class = $1::text AND card_no > $2::bigint ORDER BY card_no LIMIT $3::bigint
