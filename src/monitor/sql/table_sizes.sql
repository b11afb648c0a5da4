-- Table sizes, as hastecrm's document asks for them, with names that need quotes and tables that are locked.
-- PostgreSQL 13 to 18. Needs no right beyond CONNECT. A table on which somebody holds or awaits an AccessExclusiveLock has no size here: measuring would wait.
SELECT c.oid,
       n.nspname::text AS schemaname,
       c.relname::text AS tablename,
       CASE WHEN NOT k.locked THEN pg_catalog.pg_total_relation_size(c.oid) END AS size,
       CASE WHEN NOT k.locked THEN pg_catalog.pg_relation_size(c.oid) END AS table_size
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 CROSS JOIN LATERAL (
       SELECT EXISTS (
              SELECT FROM pg_catalog.pg_locks l
               WHERE l.mode = 'AccessExclusiveLock' AND l.pid <> pg_catalog.pg_backend_pid()
                 AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())
                 AND (l.relation IN (c.oid, c.reltoastrelid) OR l.relation IN (SELECT i.indexrelid FROM pg_catalog.pg_index i WHERE i.indrelid = c.oid))) AS locked) k
 WHERE c.relkind IN ('r', 'p')
   AND n.nspname NOT IN ('pg_catalog', 'information_schema')
   AND n.nspname NOT LIKE 'pg\_toast%'
   AND n.nspname NOT LIKE 'pg\_temp\_%'
