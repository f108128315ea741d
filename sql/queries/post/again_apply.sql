-- What a run made of a refused file that was judged again. $1 bigint package, $2 integer file, $3 text state, $4 text reason
-- (null: accepted), $5 bigint run (null: it waits), $6 bigint[]: records, posted, duplicate, held, rejected, and the same in
-- fen
UPDATE ops.archive_file_retry AS f
   SET state = $3::text, reason = $4::text, run_id = $5::bigint, records = c.n[1], posted = c.n[2], duplicate = c.n[3],
       held = c.n[4], rejected = c.n[5], amount_fen = c.n[6], posted_fen = c.n[7], duplicate_fen = c.n[8],
       held_fen = c.n[9], rejected_fen = c.n[10]
  FROM (SELECT $6::bigint[] AS n) AS c
 WHERE f.archive_id = $1::bigint AND f.file_no = $2::integer AND f.state IN ('collected', 'waiting')
