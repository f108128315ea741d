-- The history of a terminal as it is on file. $1 integer: device
SELECT device_no, valid_from, valid_to, psam_no, coalesce(merchant_no, 0)
  FROM ref.terminal WHERE superseded_run IS NULL AND device_no = $1::integer ORDER BY valid_from
