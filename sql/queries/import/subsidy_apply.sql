-- Takes in the new rows of an import of KIND subsidy, and lists the cards that get something: of a class those that are
-- normal now, which is on the open date (FORMATS.md 1). Each card of each row gets an entry of the run.
CREATE TEMPORARY TABLE import_grant ON COMMIT DROP AS
WITH day AS (
    SELECT open_date, (open_date + 1)::timestamp AT TIME ZONE 'Asia/Shanghai' AS ends_at FROM import_run
), barred AS ( -- lost or bad until found, closed for good
    SELECT last.card_no
    FROM (SELECT DISTINCT ON (l.card_no) l.card_no, l.kind
          FROM ref.loss AS l JOIN day ON l.effective_at < day.ends_at
          WHERE l.kind <> 'closed'
          ORDER BY l.card_no, l.effective_at DESC, l.known_run DESC, l.line_number DESC) AS last
    WHERE last.kind <> 'found'
    UNION
    SELECT l.card_no FROM ref.loss AS l JOIN day ON l.effective_at < day.ends_at WHERE l.kind = 'closed'
), granted AS (
    SELECT s.file_no, s.line_number, c.card_no, p.school_code
    FROM import_subsidy AS s
    JOIN ref.card AS c ON c.card_no = s.card_no AND c.superseded_run IS NULL
    JOIN ref.person AS p ON p.person_no = c.person_no AND p.superseded_run IS NULL
    WHERE s.change = 'new'
    UNION ALL
    SELECT s.file_no, s.line_number, c.card_no, p.school_code
    FROM import_subsidy AS s
    JOIN ref.card AS c ON c.card_class = s.card_class AND c.superseded_run IS NULL
    JOIN ref.person AS p ON p.person_no = c.person_no AND p.superseded_run IS NULL
    CROSS JOIN day
    WHERE s.change = 'new' AND c.status = 'normal' AND c.expires_on >= day.open_date AND p.status <> 'left'
      AND c.card_no NOT IN (SELECT card_no FROM barred)
)
SELECT g.*, row_number() OVER (ORDER BY g.file_no, g.line_number, g.card_no) - 1 AS ordinal FROM granted AS g;
ANALYZE import_grant;
INSERT INTO ref.subsidy (batch_no, card_class, card_no, amount_fen, valid_to, cards, first_entry_id, import_id, line_number,
    known_run)
SELECT s.batch_no, s.card_class, s.card_no, s.amount_fen, s.valid_to, coalesce(g.cards, 0),
       (f.run_id << 28) + coalesce(g.first_ordinal, 0), f.import_id, s.line_number, f.run_id
FROM import_subsidy AS s
JOIN import_files AS f USING (file_no)
LEFT JOIN (SELECT file_no, line_number, count(*) AS cards, min(ordinal) AS first_ordinal
           FROM import_grant GROUP BY file_no, line_number) AS g USING (file_no, line_number)
WHERE s.change = 'new'
ORDER BY s.file_no, s.line_number;
