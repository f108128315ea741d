-- The histories of all terminals, by device and date.
COPY (
    SELECT device_no, valid_from, valid_to, school_code, merchant_no, first_seq, classes
      FROM ref.terminal WHERE superseded_run IS NULL ORDER BY device_no, valid_from
) TO STDOUT (FORMAT binary)
