-- Files that wait to be sent, or could not be because their name is taken.
SELECT source, state, count(*) FROM ops.outbox WHERE state <> 'sent' GROUP BY source, state ORDER BY source, state
