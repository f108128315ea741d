-- The names of a class: as many cards as it has places for. $1 text: class; $2 bigint: places
INSERT INTO pg_temp.list_name (class, card_no)
SELECT $1::text, card_no FROM pg_temp.list_card WHERE place <= $2::bigint
