-- One checksum of all rows for each table, whatever their order, and how many rows there are.
-- PostgreSQL 13 to 18. Needs SELECT on all tables.
SELECT c.oid::regclass::text,
       (xpath('/row/c/text()', query_to_xml(format(
           'SELECT count(*) || '' '' || coalesce(md5(string_agg(md5(t::text), '''' ORDER BY md5(t::text))), '''') AS c FROM %s t', c.oid::regclass
       ), false, true, '')))[1]::text
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'p', 'm') AND NOT c.relispartition AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
   AND c.relname <> '_sqlx_migrations'
   AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
 ORDER BY 1
