-- How many devices and epochs have been seen.
SELECT count(*) FROM ledger.device_state
