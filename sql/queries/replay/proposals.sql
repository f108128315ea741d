-- The proposals that a run wrote, with what their exceptions are about. $1 bigint: run
SELECT p.exception_id, p.outcome, p.debit_account, p.credit_account, p.amount_fen, p.reason, p.proposed_by,
       p.exception_id >> 28 AS run_id, e.verdict, e.archive_id, e.file_no, e.record_no, e.device_no, e.epoch, e.device_seq,
       e.card_no, e.is_online, e.counter
  FROM ledger.proposal AS p
  JOIN ledger.exception AS e USING (exception_id)
 WHERE p.run_id = $1::bigint
 ORDER BY p.proposal_id
