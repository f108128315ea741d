-- The line of an imported file that put a card on file. $1 bigint: card
SELECT i.kind, i.file_name, encode(i.sha256, 'hex'), c.line_number, c.balance_fen, c.counter, c.online_counter
  FROM ref.card AS c
  JOIN ref.import AS i USING (import_id)
 WHERE c.card_no = $1::bigint
 ORDER BY c.known_run LIMIT 1
