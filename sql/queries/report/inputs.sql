-- What the figures of a date rest on, one row: SHA-256 over the digests, in ascending order, of the packages that its
-- runs posted, wholly or files of them that were judged again; the same over the reference files known by then, in the
-- order they were imported.
-- $1 date: the accounting date
WITH run AS (
    SELECT run_id FROM ledger.run WHERE accounting_date = $1::date
), posted AS (
    SELECT a.archive_id FROM run JOIN ops.archive AS a USING (run_id) WHERE a.state = 'posted'
     UNION
    SELECT f.archive_id FROM run JOIN ops.archive_file_retry AS f USING (run_id) WHERE f.state = 'posted'
)
SELECT encode(sha256(coalesce((SELECT string_agg(a.sha256, ''::bytea ORDER BY a.sha256)
                                 FROM posted JOIN ops.archive AS a USING (archive_id)), ''::bytea)), 'hex')
           AS packages_digest,
       encode(sha256(coalesce(string_agg(i.sha256, ''::bytea ORDER BY i.import_id), ''::bytea)), 'hex')
           AS reference_digest,
       count(*) AS reference_files
  FROM ref.import AS i
  JOIN ledger.run AS r USING (run_id)
 WHERE r.accounting_date <= $1::date
