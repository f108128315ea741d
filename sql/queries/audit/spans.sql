-- Records that no look-back would find: outside their run's span, and not named as astray.
-- $1 date from, $2 date to of the runs (null: no limit)
SELECT format('record %s: it lies outside the span of its run %s', r.record_id, r.record_id >> 28) AS finding
  FROM ledger.record AS r
  LEFT JOIN ledger.record_span AS s ON s.run_id = r.record_id >> 28
  LEFT JOIN ledger.record_astray AS a ON a.run_id = r.record_id >> 28 AND a.card_no = r.card_no
 WHERE r.judged_on BETWEEN coalesce($1::date, '-infinity') AND coalesce($2::date, 'infinity')
   AND r.occurred_at BETWEEN s.first_at AND s.last_at IS NOT TRUE
   AND r.occurred_at BETWEEN a.first_at AND a.last_at IS NOT TRUE
