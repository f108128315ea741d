-- Binary COPY of devices.
COPY pg_temp.run_status_device (place, device_no) FROM STDIN (FORMAT binary)
