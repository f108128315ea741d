-- Lays a refused file down to be judged again. $1 bigint: package  $2 integer: file
INSERT INTO ops.archive_file_retry (archive_id, file_no) VALUES ($1::bigint, $2::integer)
