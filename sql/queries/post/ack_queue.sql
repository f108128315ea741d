-- Queues the acks of a run. A name is made of the package's name and 8 digits of its digest: where another answer has it
-- already, the same bytes are the same answer, other bytes an alarm. $1 bigint run
INSERT INTO ops.outbox AS o (source, folder, name, bytes, run_id)
SELECT source, folder, name, bytes, $1::bigint FROM pg_temp.run_ack
ON CONFLICT (source, folder, name) DO UPDATE SET state = 'alarm', message = 'another answer has this name'
 WHERE o.bytes <> excluded.bytes
