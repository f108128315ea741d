-- Cards proposed for the lists: with a counter conflict (R-06) that was open at the end of a date, and neither lost nor
-- bad then; the most money first, and how many there are.
-- $1 date: the accounting date; $2 bigint: at most so many rows
WITH run AS (
    SELECT run_id FROM ledger.run WHERE accounting_date <= $1::date
), conflict AS (
    SELECT e.card_no, count(*) AS records, coalesce(sum(e.amount_fen), 0)::bigint AS held_fen,
           min(e.accounting_date) AS since
      FROM ledger.exception AS e
     WHERE e.verdict = 6 AND e.exception_id >> 28 IN (SELECT run_id FROM run)
       AND NOT EXISTS (SELECT FROM ledger.exception_closing AS c
                        WHERE c.exception_id = e.exception_id AND c.run_id IN (SELECT run_id FROM run))
     GROUP BY e.card_no
)
SELECT lpad(x.card_no::text, 18, '0') AS card_no, x.records, x.held_fen, x.since,
       EXISTS (SELECT FROM ref.card AS k WHERE k.card_no = x.card_no AND k.known_run IN (SELECT run_id FROM run))
           AS is_on_file,
       count(*) OVER () AS proposals
  FROM conflict AS x
 WHERE x.card_no NOT IN (SELECT l.card_no FROM ledger.listed_cards($1::date) AS l)
 ORDER BY x.held_fen DESC, x.card_no
 LIMIT $2::bigint
