-- Devices whose newest status row is asked for.
CREATE TEMPORARY TABLE run_status_device (place integer NOT NULL, device_no integer NOT NULL) ON COMMIT DROP
