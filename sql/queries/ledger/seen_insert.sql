-- The ranges a run saw; the exclusion constraint refuses what was seen before.
INSERT INTO ledger.seen_range (device_no, epoch, sequences, run_id)
SELECT device_no, epoch, int8range(first_seq, last_seq, '[]'), run_id FROM pg_temp.run_seen
