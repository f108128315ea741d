-- The histories of all terminals, by device and date. The merchant counts for a pos terminal only.
COPY (
    SELECT device_no, valid_from, valid_to, school_code, CASE WHEN kind = 'pos' THEN merchant_no END, first_seq, classes
      FROM ref.terminal WHERE superseded_run IS NULL ORDER BY device_no, valid_from
) TO STDOUT (FORMAT binary)
