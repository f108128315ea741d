-- The PSAMs that terminals have or had, by device.
SELECT DISTINCT device_no, psam_no FROM ref.terminal WHERE superseded_run IS NULL ORDER BY device_no, psam_no
