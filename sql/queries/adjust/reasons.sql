-- The reasons that a correction may give.
SELECT reason, meaning FROM ledger.correction_reason ORDER BY reason
