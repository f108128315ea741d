-- The name of the scratch database beside this one, and the statements that make and drop it.
SELECT name, format('CREATE DATABASE %I ENCODING ''UTF8'' TEMPLATE template0', name),
       format('DROP DATABASE IF EXISTS %I WITH (FORCE)', name), format('ALTER DATABASE %I SET synchronous_commit = off', name)
  FROM (SELECT left(current_database(), 52) || '_from_bytes' AS name) AS n
