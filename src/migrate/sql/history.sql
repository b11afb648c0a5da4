-- What was applied to this database: version, description, when, SHA-384 of the file, nanoseconds.
-- PostgreSQL 13 to 18. Needs SELECT on the table.
SELECT version::pg_catalog.text,
       description,
       pg_catalog.to_char(installed_on AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
       pg_catalog.encode(checksum, 'hex'),
       execution_time::pg_catalog.text
  FROM public._sqlx_migrations
 WHERE success
 ORDER BY version
