-- Counts of posted packages and their files, one line each, in byte order.
COPY (
    SELECT x::text FROM (
        SELECT name, encode(sha256, 'hex') AS file, records, posted, duplicate, held, rejected, amount_fen, posted_fen,
               duplicate_fen, held_fen, rejected_fen, NULL::text AS reason
          FROM ops.archive WHERE state = 'posted'
         UNION ALL
        SELECT a.name, f.name, f.records, f.posted, f.duplicate, f.held, f.rejected, f.amount_fen, f.posted_fen, NULL, NULL, NULL,
               f.reason
          FROM ops.archive_file AS f JOIN ops.archive AS a USING (archive_id)
         UNION ALL
        SELECT a.name, 'again ' || f.file_no, f.records, f.posted, f.duplicate, f.held, f.rejected, f.amount_fen, f.posted_fen,
               f.duplicate_fen, f.held_fen, f.rejected_fen, NULL
          FROM ops.archive_file_retry AS f JOIN ops.archive AS a USING (archive_id) WHERE f.state = 'posted'
    ) AS x
     ORDER BY x::text COLLATE "C"
) TO STDOUT (FORMAT binary)
