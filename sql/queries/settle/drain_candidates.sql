-- Cards whose money is to move once their drain window is over (RULES.md P-14, P-15): what is effective by the end of a date
-- is that they are lost, bad or closed, and they were closed or another card replaces them. Those with money, and those
-- that would get some from them; by number, with the moment from which the window counts and its day. $1 date
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
), leaving AS (
    SELECT l.card_no, l.effective_at, s.new_card_no
      FROM last AS l
      LEFT JOIN successor AS s USING (card_no)
     WHERE l.kind <> 'found'
       AND (s.card_no IS NOT NULL OR EXISTS (SELECT FROM ref.loss AS x JOIN day ON x.effective_at < day.ends_at
                                              WHERE x.card_no = l.card_no AND x.kind = 'closed'))
), holding AS (
    SELECT v.card_no, v.effective_at, v.new_card_no, greatest(s.purse_fen, 0) AS purse_fen,
           coalesce(c.topup_fen, 0) AS topup_fen,
           coalesce((SELECT sum(l.left_fen) FROM ledger.subsidy_lot AS l WHERE l.card_no = v.card_no), 0)::bigint
               AS subsidy_fen,
           CASE WHEN v.new_card_no IS NULL
                THEN coalesce((SELECT sum(d.credit_fen - d.debit_fen) FROM ledger.account_delta AS d
                                WHERE d.account = '2002:' || lpad(v.card_no::text, 18, '0')), 0)::bigint
                ELSE 0 END AS deposit_fen
      FROM leaving AS v
      LEFT JOIN ledger.card_state AS s USING (card_no)
      LEFT JOIN ledger.card_claim AS c USING (card_no)
), reached AS (
    SELECT card_no, new_card_no FROM holding WHERE purse_fen > 0 OR topup_fen > 0 OR subsidy_fen > 0 OR deposit_fen > 0
     UNION
    SELECT n.card_no, n.new_card_no FROM reached AS r JOIN holding AS n ON n.card_no = r.new_card_no
)
SELECT h.card_no, coalesce(h.new_card_no, -1), c.person_no, p.school_code, extract(epoch FROM h.effective_at)::bigint,
       (h.effective_at AT TIME ZONE 'Asia/Shanghai')::date, coalesce(h.purse_fen, 0), h.topup_fen, h.subsidy_fen,
       greatest(h.deposit_fen, 0)
  FROM reached AS r
  JOIN holding AS h USING (card_no)
  JOIN ref.card AS c ON c.card_no = h.card_no AND c.superseded_run IS NULL
  JOIN ref.person AS p ON p.person_no = c.person_no AND p.superseded_run IS NULL
 ORDER BY h.card_no
