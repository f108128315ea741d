-- Held figures of merchants by run that are not those of the held records. $1 date from, $2 date to (null: no limit)
WITH held AS (
    SELECT judged_on AS accounting_date, record_id >> 28 AS run_id, merchant_no, count(*) AS held,
           sum(amount_fen) AS held_fen
      FROM ledger.record
     WHERE verdict BETWEEN 3 AND 9 AND decides IS NULL AND kind IN (6, 9) AND merchant_no IS NOT NULL
       AND judged_on BETWEEN coalesce($1::date, '-infinity') AND coalesce($2::date, 'infinity')
     GROUP BY judged_on, record_id >> 28, merchant_no
), kept AS (
    SELECT accounting_date, run_id, merchant_no, sum(held) AS held, sum(held_fen) AS held_fen
      FROM ledger.merchant_meal
     WHERE accounting_date BETWEEN coalesce($1::date, '-infinity') AND coalesce($2::date, 'infinity')
     GROUP BY accounting_date, run_id, merchant_no
    HAVING sum(held) <> 0 OR sum(held_fen) <> 0
)
SELECT format('%s, run %s, merchant "%s": its figures have %s held of %s fen, the records make %s of %s',
              accounting_date, run_id, api.pad(merchant_no, 15), coalesce(k.held, 0), coalesce(k.held_fen, 0),
              coalesce(h.held, 0), coalesce(h.held_fen, 0)) AS finding
  FROM kept AS k
  FULL JOIN held AS h USING (accounting_date, run_id, merchant_no)
 WHERE (k.held, k.held_fen) IS DISTINCT FROM (h.held, h.held_fen)
