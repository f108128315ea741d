-- The line of an imported file that an entry posted; no row when it is of none. $1 bigint: entry  $2 bigint or null: card
SELECT i.kind, i.file_name, encode(i.sha256, 'hex'), o.line_number
  FROM (SELECT import_id, line_number FROM ref.opening WHERE entry_id = $1::bigint
         UNION ALL
        SELECT import_id, line_number FROM ref.cash WHERE entry_id = $1::bigint
         UNION ALL
        SELECT import_id, line_number FROM ref.subsidy
         WHERE first_entry_id <= $1::bigint AND first_entry_id + cards > $1::bigint
         UNION ALL
        SELECT import_id, line_number FROM ref.card WHERE card_no = $2::bigint AND known_run = $1::bigint >> 28) AS o
  JOIN ref.import AS i USING (import_id)
 LIMIT 1
