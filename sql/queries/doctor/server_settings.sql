-- What the server promises about durability, its encoding and version.
SELECT name, setting FROM pg_catalog.pg_settings
WHERE name IN ('server_version', 'server_encoding', 'fsync', 'full_page_writes', 'synchronous_commit')
ORDER BY name
