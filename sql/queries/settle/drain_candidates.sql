-- Cards whose money is to move once their drain window is over (RULES.md P-14, P-15): what is effective by the end of a date
-- is that they are lost, bad or closed, and they were closed or another card replaces them. Those with money, and those
-- that would get some from them; by number, with the moment from which the window counts and its day. Most such cards were
-- emptied long ago: each is asked by its keys whether it holds anything, and only what does goes on. $1 date
WITH RECURSIVE day AS (
    SELECT ($1::date + 1)::timestamp AT TIME ZONE 'Asia/Shanghai' AS ends_at
), last AS (
    SELECT DISTINCT ON (l.card_no) l.card_no, l.kind, l.effective_at
      FROM ref.loss AS l
      JOIN day ON l.effective_at < day.ends_at
     ORDER BY l.card_no, l.effective_at DESC, l.known_run DESC, l.line_number DESC
), successor AS (
    SELECT DISTINCT ON (c.replaces) c.replaces AS card_no, c.card_no AS new_card_no
      FROM ref.card AS c
     WHERE c.superseded_run IS NULL AND c.replaces IS NOT NULL
     ORDER BY c.replaces, c.issued_on DESC, c.card_no DESC
), leaving AS MATERIALIZED (
    SELECT l.card_no, l.effective_at, s.new_card_no
      FROM last AS l
      LEFT JOIN successor AS s USING (card_no)
     WHERE l.kind <> 'found'
       AND (s.card_no IS NOT NULL OR EXISTS (SELECT FROM ref.loss AS x JOIN day ON x.effective_at < day.ends_at
                                              WHERE x.card_no = l.card_no AND x.kind = 'closed'))
), follower AS MATERIALIZED (
    SELECT v.card_no, v.effective_at, v.new_card_no
      FROM leaving AS v
     WHERE v.card_no IN (SELECT f.new_card_no FROM leaving AS f)
), reached AS (
    SELECT v.card_no, v.effective_at, v.new_card_no
      FROM leaving AS v
     WHERE (SELECT s.purse_fen FROM ledger.card_state AS s WHERE s.card_no = v.card_no) > 0
        OR (SELECT c.topup_fen FROM ledger.card_claim AS c WHERE c.card_no = v.card_no) > 0
        OR (SELECT sum(l.left_fen) FROM ledger.subsidy_lot AS l WHERE l.card_no = v.card_no) > 0
        OR (v.new_card_no IS NULL AND
            (SELECT sum(d.credit_fen - d.debit_fen) FROM ledger.account_delta AS d
              WHERE d.account = '2002:' || lpad(v.card_no::text, 18, '0') AND left(d.account, 5) = '2002:') > 0)
     UNION
    SELECT n.card_no, n.effective_at, n.new_card_no FROM reached AS r JOIN follower AS n ON n.card_no = r.new_card_no
)
SELECT r.card_no, coalesce(r.new_card_no, -1), holder.person_no, holder.school_code,
       extract(epoch FROM r.effective_at)::bigint, (r.effective_at AT TIME ZONE 'Asia/Shanghai')::date,
       greatest((SELECT s.purse_fen FROM ledger.card_state AS s WHERE s.card_no = r.card_no), 0),
       coalesce((SELECT c.topup_fen FROM ledger.card_claim AS c WHERE c.card_no = r.card_no), 0),
       coalesce((SELECT sum(l.left_fen) FROM ledger.subsidy_lot AS l WHERE l.card_no = r.card_no), 0)::bigint,
       CASE WHEN r.new_card_no IS NULL
            THEN greatest((SELECT sum(d.credit_fen - d.debit_fen) FROM ledger.account_delta AS d
                            WHERE d.account = '2002:' || lpad(r.card_no::text, 18, '0') AND left(d.account, 5) = '2002:'),
                          0)::bigint
            ELSE 0 END
  FROM reached AS r
  JOIN LATERAL (SELECT c.person_no, p.school_code
                  FROM ref.card AS c
                  JOIN ref.person AS p ON p.person_no = c.person_no AND p.superseded_run IS NULL
                 WHERE c.card_no = r.card_no AND c.superseded_run IS NULL
                OFFSET 0) AS holder ON true -- asked for each of the few
 ORDER BY r.card_no
