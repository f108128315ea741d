-- Cards with lots of subsidy whose last day is before a date, and the school of the holder. $1 date
SELECT l.card_no, p.school_code, sum(l.left_fen)::bigint
  FROM ledger.subsidy_lot AS l
  JOIN ref.card AS c ON c.card_no = l.card_no AND c.superseded_run IS NULL
  JOIN ref.person AS p ON p.person_no = c.person_no AND p.superseded_run IS NULL
 WHERE l.valid_to < $1::date
 GROUP BY l.card_no, p.school_code
 ORDER BY l.card_no
