-- The exception of a run that is about the same: its number may be another where the run opened more or less than it did.
-- $1 bigint: run  $2 smallint: verdict; nulls where it has none: $3 bigint, $4 integer and $5 integer: package, file and record
-- $6 integer, $7 integer and $8 bigint: device, epoch and sequence  $9 bigint: card  $10 boolean: online family
-- $11 integer: counter
SELECT exception_id
  FROM ledger.exception
 WHERE exception_id >= $1::bigint << 28 AND exception_id < ($1::bigint + 1) << 28 AND verdict = $2::smallint
   AND (archive_id, file_no, record_no, device_no, epoch, device_seq, card_no, is_online, counter) IS NOT DISTINCT FROM
       ($3::bigint, $4::integer, $5::integer, $6::integer, $7::integer, $8::bigint, $9::bigint, $10::boolean, $11::integer)
 ORDER BY exception_id LIMIT 1
