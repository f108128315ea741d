-- Which of some cards were seen, in a span of time, by a pos, load or bus device that has not said since the card's report
-- that all was collected (RULES.md 3). Looks into the leaves of some days and numbers. $1 bigint[] cards, $2 bigint[]
-- seconds of their reports, $3 and $4 bigint seconds from and to, $5 and $6 date from and to, inclusive, $7 and $8 bigint
-- record_id from and to
WITH card AS (
    SELECT * FROM unnest($1::bigint[], $2::bigint[]) AS c (card_no, reported)
), seen AS (
    SELECT c.card_no, c.reported, r.device_no
      FROM card AS c
      JOIN ledger.record AS r USING (card_no)
     WHERE r.judged_on BETWEEN $5::date AND $6::date AND r.record_id >= $7::bigint AND r.record_id < $8::bigint
       AND r.occurred_at >= to_timestamp($3::bigint) AND r.occurred_at < to_timestamp($4::bigint)
     UNION
    SELECT c.card_no, c.reported, i.device_no
      FROM card AS c
      JOIN ledger.identity AS i USING (card_no)
     WHERE i.judged_on BETWEEN $5::date AND $6::date AND i.record_id >= $7::bigint AND i.record_id < $8::bigint
       AND i.occurred_at >= to_timestamp($3::bigint) AND i.occurred_at < to_timestamp($4::bigint) AND i.kind IN (4, 5, 6)
)
SELECT DISTINCT s.card_no
  FROM seen AS s
 WHERE EXISTS (SELECT FROM ref.terminal AS t
                WHERE t.device_no = s.device_no AND t.superseded_run IS NULL AND t.kind IN ('pos', 'load', 'bus'))
   AND NOT EXISTS (SELECT FROM ledger.device_status AS d
                    WHERE d.device_no = s.device_no AND d.at > to_timestamp(s.reported) AND d.uncollected = 0)
 ORDER BY s.card_no
