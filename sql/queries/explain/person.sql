-- A person's row that counts and the refund that is owed. $1 text: person
SELECT p.person_no, p.kind, p.name, lpad(p.school_code::text, 10, '0'), p.registry_no, p.grade, p.class, p.status, i.kind,
       i.file_name, encode(i.sha256, 'hex'), p.line_number,
       coalesce((SELECT sum(d.credit_fen - d.debit_fen) FROM ledger.account_delta AS d
                  WHERE d.account = '2206:' || $1::text), 0)::bigint AS refund_fen,
       (SELECT count(*) FROM ref.person AS o WHERE o.person_no = $1::text AND o.superseded_run IS NOT NULL) AS former
  FROM ref.person AS p
  JOIN ref.import AS i USING (import_id)
 WHERE p.person_no = $1::text AND p.superseded_run IS NULL
