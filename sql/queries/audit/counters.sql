-- Cards whose accepted counters or count of records are not those of their accepted records;
-- a reversal takes no counter.
WITH accepted AS (
    SELECT card_no, count(*) AS records,
           range_agg(int4range(counter, counter, '[]')) FILTER (WHERE kind IN (6, 9)) AS offline,
           range_agg(int4range(counter, counter, '[]')) FILTER (WHERE kind IN (2, 219)) AS online
      FROM ledger.record
     WHERE verdict = 10 AND kind IN (2, 6, 9, 219, 254)
     GROUP BY card_no
), kept AS (
    SELECT card_no, records,
           (SELECT range_agg(int4range(offline[n], offline[n + 1], '[]'))
              FROM generate_series(1, array_length(offline, 1), 2) AS n) AS offline,
           (SELECT range_agg(int4range(online[n], online[n + 1], '[]'))
              FROM generate_series(1, array_length(online, 1), 2) AS n) AS online
      FROM ledger.card_state
     WHERE records > 0 OR offline <> '{}' OR online <> '{}'
)
SELECT format('card "%s": its counters or its %s records are not those of its %s accepted records',
              api.pad(card_no, 18), coalesce(k.records, 0), coalesce(a.records, 0)) AS finding
  FROM kept AS k
  FULL JOIN accepted AS a USING (card_no)
 WHERE (k.records, k.offline, k.online) IS DISTINCT FROM (a.records, a.offline, a.online)
