-- The contents that were found, by sequence and digest.
COPY (SELECT device_no, epoch, device_seq, digest FROM pg_temp.run_content ORDER BY device_no, epoch, device_seq, digest)
    TO STDOUT (FORMAT binary)
