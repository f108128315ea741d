-- Whether an account's owner is on file, or the account known otherwise, the owner's school (null: none), and what the
-- account holds on the credit side. $1 smallint: code  $2 text: account  $3 bigint: number of the owner, null: a word
-- $4 text: word of the owner
SELECT CASE
         WHEN $1::smallint IN (2001, 2002, 2203, 2205)
         THEN EXISTS (SELECT FROM ref.card AS c WHERE c.card_no = $3::bigint)
         WHEN $1::smallint = 2004 THEN EXISTS (SELECT FROM ref.merchant AS m WHERE m.merchant_no = $3::bigint)
         WHEN $1::smallint IN (6002, 6005, 6201)
         THEN EXISTS (SELECT FROM ref.school AS s WHERE s.school_code = $3::bigint)
         WHEN $1::smallint = 2206 THEN EXISTS (SELECT FROM ref.person AS p WHERE p.person_no = $4::text)
         WHEN $1::smallint IN (3001, 3101) THEN true
         ELSE ($1::smallint, $4::text) IN ((1122, 'unknown'), (1298, 'unknown_card'), (1298, 'subsidy_draw'),
                                           (1298, 'bank_return'), (2298, 'unknown_terminal'), (2298, 'unknown_card'))
              OR EXISTS (SELECT FROM ledger.account_delta AS d WHERE d.account = $2::text)
       END AS is_known,
       CASE
         WHEN $1::smallint IN (2001, 2002, 2203, 2205)
         THEN (SELECT p.school_code FROM ref.card AS c JOIN ref.person AS p USING (person_no)
                WHERE c.card_no = $3::bigint AND c.superseded_run IS NULL AND p.superseded_run IS NULL)
         WHEN $1::smallint = 2004
         THEN (SELECT m.school_code FROM ref.merchant AS m
                WHERE m.merchant_no = $3::bigint AND m.superseded_run IS NULL)
         WHEN $1::smallint IN (6002, 6005, 6201) THEN $3::bigint
         WHEN $1::smallint = 2206
         THEN (SELECT p.school_code FROM ref.person AS p WHERE p.person_no = $4::text AND p.superseded_run IS NULL)
       END AS school_code,
       coalesce(CASE
         WHEN $1::smallint = 2001 THEN (SELECT s.purse_fen FROM ledger.card_state AS s WHERE s.card_no = $3::bigint)
         ELSE (SELECT sum(d.credit_fen - d.debit_fen) FROM ledger.account_delta AS d WHERE d.account = $2::text)
       END, 0)::bigint AS credit_fen
