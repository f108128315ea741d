-- What logs may say of their devices: the histories of all terminals, by device and date.
SELECT device_no, valid_from, valid_to, psam_no, coalesce(merchant_no, 0)
  FROM ref.terminal WHERE superseded_run IS NULL ORDER BY device_no, valid_from
