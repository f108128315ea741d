-- All runs in the order of their numbers, with what says how to do them again: packages and parts of packages that a post
-- posted, what an adjust wrote.
SELECT r.run_id, r.job, r.accounting_date,
       (SELECT count(*) FROM ops.archive AS a WHERE a.run_id = r.run_id AND a.state = 'posted') +
       (SELECT count(*) FROM ops.archive_file_retry AS f WHERE f.run_id = r.run_id AND f.state = 'posted') AS parts
  FROM ledger.run AS r
 ORDER BY r.run_id
