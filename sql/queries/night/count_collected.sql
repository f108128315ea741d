-- How many packages were collected and not yet judged; those that wait for a key are none of them.
SELECT count(*) FROM ops.archive WHERE state = 'collected'
