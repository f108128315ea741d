-- The views that others may read (FORMATS.md 13). They filter by the reader's schools and merchants themselves, since
-- a plain view does not inherit row security (DESIGN.md 8). They are barriers: a reader may make functions of its own,
-- and none of them may see a row before the filter has.
SET ROLE daybook_owner;

-- Sees everything: a superuser, a job, the owner, or a reader with an unlimited scope.
CREATE FUNCTION api.reads_all(who name DEFAULT current_user) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
    SELECT pg_has_role(who, 'daybook_job', 'MEMBER') OR pg_has_role(who, 'daybook_owner', 'MEMBER')
        OR EXISTS (SELECT FROM ops.reader_scope
                    WHERE reader = who AND school_code IS NULL AND merchant_no IS NULL)
$$;
CREATE FUNCTION api.reads_school(school bigint, who name DEFAULT current_user) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
    SELECT EXISTS (SELECT FROM ops.reader_scope
                    WHERE reader = who AND school_code = school AND merchant_no IS NULL)
$$;
CREATE FUNCTION api.reads_merchant(merchant bigint, who name DEFAULT current_user) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
    SELECT EXISTS (SELECT FROM ops.reader_scope WHERE reader = who AND merchant_no = merchant)
        OR api.reads_school(merchant / 100000, who)
$$;

CREATE FUNCTION api.pad(number bigint, width integer) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT lpad(number::text, width, '0') $$;

CREATE VIEW api.archive WITH (security_barrier) AS
SELECT archive_id, name, encode(sha256, 'hex') AS sha256, api.pad(school_code, 10) AS school_code, state, reason,
       records, posted, duplicate, held, rejected, received_at
  FROM ops.archive
 WHERE (SELECT api.reads_all()) OR api.reads_school(school_code);

CREATE VIEW api.exception WITH (security_barrier) AS
SELECT e.exception_id, v.name AS verdict, CASE WHEN c.exception_id IS NULL THEN 'open' ELSE 'closed' END AS state,
       api.pad(e.school_code, 10) AS school_code, api.pad(e.device_no, 8) AS device_no, e.device_seq,
       api.pad(e.card_no, 18) AS card_no, e.counter, e.amount_fen, e.occurred_at, e.accounting_date,
       a.name AS archive, f.name AS file, e.record_no, e.detail
  FROM ledger.exception AS e
  JOIN ledger.verdict AS v USING (verdict)
  LEFT JOIN ledger.exception_closing AS c USING (exception_id)
  LEFT JOIN ops.archive AS a USING (archive_id)
  LEFT JOIN ops.archive_file AS f ON f.archive_id = e.archive_id AND f.file_no = e.file_no
 WHERE (SELECT api.reads_all()) OR api.reads_school(e.school_code);

CREATE VIEW api.transfer WITH (security_barrier) AS
SELECT t.transfer_id, t.transfer_id >> 12 AS entry_id, t.accounting_date, t.occurred_at, t.debit_account,
       t.credit_account, t.amount_fen, k.name AS kind, api.pad(t.card_no, 18) AS card_no,
       api.pad(t.merchant_no, 15) AS merchant_no, api.pad(t.device_no, 8) AS device_no, t.device_seq, t.reverses
  FROM ledger.transfer AS t
  JOIN ledger.transfer_kind AS k USING (kind)
 WHERE (SELECT api.reads_all()) OR api.reads_school(t.school_code) OR api.reads_merchant(t.merchant_no);

CREATE VIEW api.account WITH (security_barrier) AS
WITH accounts AS (
    SELECT '2001:' || api.pad(card_no, 18) AS account FROM ledger.card_state WHERE has_transfers
    UNION
    SELECT account FROM ledger.account_delta
)
SELECT a.account, split_part(a.account, ':', 1) AS code, c.name,
       substr(a.account, strpos(a.account, ':') + 1) AS owner, c.normal_side
  FROM accounts AS a
  JOIN ledger.account_code AS c ON c.code = split_part(a.account, ':', 1)::smallint
 WHERE (SELECT api.reads_all());

-- From the first date with transfers to the open one, and later ones that have transfers.
CREATE VIEW api.trial_balance WITH (security_barrier) AS
WITH delta AS (
    SELECT accounting_date, code, sum(debit_fen) AS debit_fen, sum(credit_fen) AS credit_fen
      FROM ledger.trial_delta GROUP BY accounting_date, code
), day AS (
    SELECT generate_series(min(accounting_date)::timestamp, coalesce(ledger.last_sealed() + 1,
                           (SELECT max(accounting_date) FROM ledger.run))::timestamp, '1 day')::date AS accounting_date
      FROM delta
    UNION
    SELECT accounting_date FROM delta
), line AS (
    SELECT day.accounting_date, c.code, c.name, c.normal_side, coalesce(d.debit_fen, 0) AS debit_fen,
           coalesce(d.credit_fen, 0) AS credit_fen
      FROM day CROSS JOIN ledger.account_code AS c
      LEFT JOIN delta AS d ON d.accounting_date = day.accounting_date AND d.code = c.code
), closing AS (
    SELECT line.*, sum(CASE normal_side WHEN 'D' THEN debit_fen - credit_fen ELSE credit_fen - debit_fen END)
                   OVER (PARTITION BY code ORDER BY accounting_date) AS closing_fen
      FROM line
)
SELECT accounting_date, code::text AS code, name,
       (closing_fen - CASE normal_side WHEN 'D' THEN debit_fen - credit_fen ELSE credit_fen - debit_fen END)::bigint
           AS opening_fen,
       debit_fen::bigint AS debit_fen, credit_fen::bigint AS credit_fen, closing_fen::bigint AS closing_fen
  FROM closing
 WHERE (SELECT api.reads_all());

-- Chain tail and counter of a card without a state row are its opening ones.
CREATE VIEW api.card_balance WITH (security_barrier) AS
SELECT api.pad(c.card_no, 18) AS card_no, c.person_no, coalesce(s.purse_fen, 0) AS ledger_fen,
       CASE WHEN s.records > 0 THEN s.tail_after_fen ELSE c.balance_fen END AS card_fen,
       greatest(c.counter, coalesce(s.offline[array_upper(s.offline, 1)], 0)) AS counter,
       CASE WHEN s.records > 0 THEN s.tail_at END AS as_of
  FROM ref.card AS c
  LEFT JOIN ledger.card_state AS s USING (card_no)
  LEFT JOIN ref.person AS p ON p.person_no = c.person_no AND p.superseded_run IS NULL
 WHERE c.superseded_run IS NULL AND ((SELECT api.reads_all()) OR api.reads_school(p.school_code));

CREATE VIEW api.merchant_day WITH (security_barrier) AS
WITH sales AS (
    SELECT accounting_date, merchant_no, sum(purchases) AS purchases, sum(purchase_fen) AS purchase_fen,
           sum(reversals) AS reversals, sum(reversal_fen) AS reversal_fen, sum(late_fen) AS late_fen,
           sum(held_fen) AS held_fen
      FROM ledger.merchant_meal GROUP BY accounting_date, merchant_no
), fee AS (
    SELECT accounting_date, merchant_no, sum(fee_fen) AS fee_fen
      FROM ledger.merchant_fee GROUP BY accounting_date, merchant_no
), figure AS (
    SELECT accounting_date, merchant_no, coalesce(purchases, 0)::bigint AS purchases,
           coalesce(purchase_fen, 0)::bigint AS purchase_fen, coalesce(reversals, 0)::bigint AS reversals,
           coalesce(reversal_fen, 0)::bigint AS reversal_fen, coalesce(late_fen, 0)::bigint AS late_fen,
           coalesce(fee_fen, 0)::bigint AS fee_fen,
           (coalesce(purchase_fen, 0) - coalesce(reversal_fen, 0) - coalesce(fee_fen, 0))::bigint AS net_fen,
           coalesce(held_fen, 0)::bigint AS held_fen
      FROM sales FULL JOIN fee USING (accounting_date, merchant_no)
)
SELECT accounting_date, api.pad(merchant_no, 15) AS merchant_no, purchases, purchase_fen, reversals, reversal_fen,
       late_fen, fee_fen, net_fen, held_fen
  FROM figure
 WHERE (purchases, purchase_fen, reversals, reversal_fen, late_fen, fee_fen, held_fen) <> (0, 0, 0, 0, 0, 0, 0)
   AND ((SELECT api.reads_all()) OR api.reads_merchant(merchant_no));

CREATE VIEW api.statement WITH (security_barrier) AS
SELECT statement_no, api.pad(merchant_no, 15) AS merchant_no, period, from_date, to_date, edition, turnover_fen, fee_fen,
       net_fen, encode(sha256, 'hex') AS sha256, upper(left(encode(sha256, 'hex'), 8)) AS check_code
  FROM ledger.statement
 WHERE (SELECT api.reads_all()) OR api.reads_merchant(merchant_no);

CREATE VIEW api.terminal_day WITH (security_barrier) AS
SELECT accounting_date, api.pad(device_no, 8) AS device_no, sum(collected)::bigint AS collected,
       sum(posted)::bigint AS posted, sum(duplicate)::bigint AS duplicate, sum(held)::bigint AS held,
       sum(rejected)::bigint AS rejected, (array_agg(missing ORDER BY run_id DESC))[1] AS missing,
       sum(amount_fen)::bigint AS amount_fen, (array_agg(device_total_fen ORDER BY run_id DESC))[1] AS device_total_fen
  FROM ledger.terminal_run
 WHERE (SELECT api.reads_all()) OR api.reads_school(school_code)
 GROUP BY accounting_date, device_no;

CREATE VIEW api.job_run WITH (security_barrier) AS
SELECT job, date, started_at, ended_at, status, counts, message
  FROM ops.job_run
 WHERE (SELECT api.reads_all());

GRANT SELECT ON ALL TABLES IN SCHEMA api TO daybook_reader, daybook_job;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA api TO daybook_reader, daybook_job;
RESET ROLE;
