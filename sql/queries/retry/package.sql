-- Gives packages in quarantine back to the next post: one, or all of a reason. $1 bigint: package, 0: all  $2 text: reason,
-- null: any
UPDATE ops.archive
   SET state = 'collected', reason = NULL, detail = NULL, run_id = NULL
 WHERE state = 'quarantined' AND reason <> 'renamed_content' AND ($1::bigint = 0 OR archive_id = $1::bigint)
   AND ($2::text IS NULL OR reason = $2::text)
