-- What the figures of a date rest on, one row: SHA-256 over the digests, in ascending order, of the packages that its
-- runs posted; the same over the reference files known by then, in the order they were imported.
-- $1 date: the accounting date
SELECT encode(sha256(coalesce((SELECT string_agg(a.sha256, ''::bytea ORDER BY a.sha256)
                                 FROM ops.archive AS a
                                 JOIN ledger.run AS r USING (run_id)
                                WHERE r.accounting_date = $1::date AND a.state = 'posted'), ''::bytea)), 'hex')
           AS packages_digest,
       encode(sha256(coalesce(string_agg(i.sha256, ''::bytea ORDER BY i.import_id), ''::bytea)), 'hex')
           AS reference_digest,
       count(*) AS reference_files
  FROM ref.import AS i
  JOIN ledger.run AS r USING (run_id)
 WHERE r.accounting_date <= $1::date
