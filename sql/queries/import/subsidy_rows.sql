-- The rows of an import of KIND subsidy by their types, and what each would do: new, changed or same; and the cards that
-- the new ones give something: of a class those that are normal now, which is on the open date (FORMATS.md 1).
CREATE TEMPORARY TABLE import_subsidy ON COMMIT DROP AS
SELECT t.*, t.batch_no || ' ' || coalesce('class ' || t.card_class, 'card ' || t.card_no) AS row_key,
       CASE WHEN r.batch_no IS NULL THEN 'new'
            WHEN ROW (r.amount_fen, r.valid_to) IS DISTINCT FROM ROW (t.amount_fen, t.valid_to) THEN 'changed'
            ELSE 'same' END AS change
FROM (SELECT file_no, line_number,
             c1 AS batch_no, c2::smallint AS card_class, c3::bigint AS card_no, c4::bigint AS amount_fen,
             c5::date AS valid_to
      FROM import_text) AS t
LEFT JOIN ref.subsidy AS r ON r.batch_no = t.batch_no AND r.card_class IS NOT DISTINCT FROM t.card_class
                          AND r.card_no IS NOT DISTINCT FROM t.card_no;
ANALYZE import_subsidy;
INSERT INTO import_changes SELECT file_no, line_number, row_key, change FROM import_subsidy;
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
