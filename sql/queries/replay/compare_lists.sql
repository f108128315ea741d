-- Lists of lost and bad cards, one line each, in byte order.
COPY (
    SELECT x::text FROM (
        SELECT v.version, v.list_date, v.previous_version, c.class, c.card_no, c.is_removed::integer AS figure, 0 AS left_out
          FROM ledger.blacklist_change AS c JOIN ledger.blacklist AS v USING (version)
         UNION ALL
        SELECT v.version, v.list_date, v.previous_version, c.class, NULL, c.names, c.left_out
          FROM ledger.blacklist_class AS c JOIN ledger.blacklist AS v USING (version)
    ) AS x
     ORDER BY x::text COLLATE "C"
) TO STDOUT (FORMAT binary)
