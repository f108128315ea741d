-- All merchants by number.
SELECT merchant_no, school_code FROM ref.merchant WHERE superseded_run IS NULL ORDER BY merchant_no
