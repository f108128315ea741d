-- Files that wait to be sent to a source, folder by folder, in each in the order in which they were queued.
-- $1 text: source; $2 text and $3 bigint: those after this folder and outbox_id; $4 bigint: at most so many
SELECT o.outbox_id, o.folder, o.name, o.bytes, encode(o.sha256, 'hex'), o.is_ordered,
       coalesce(b.size_bytes, octet_length(o.bytes)),
       (SELECT coalesce(string_agg(encode(d, 'hex'), ' '), '') FROM unnest(o.replaces) AS d) AS replaces
  FROM ops.outbox AS o
  LEFT JOIN ops.outbox_body AS b USING (sha256)
 WHERE o.state = 'queued' AND o.source = $1::text AND (o.folder, o.outbox_id) > ($2::text, $3::bigint)
 ORDER BY o.folder, o.outbox_id LIMIT $4::bigint
