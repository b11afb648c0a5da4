-- Drops the indexes that only make reading faster, and remembers how to make them again, before many rows are loaded; `unpark_indexes.sql` brings them back.
-- PostgreSQL 13 to 18. Needs the tables' owner. Both files run in one transaction, so that nobody ever misses an index.
CREATE TEMPORARY TABLE purview_parked ON COMMIT DROP AS
SELECT i.indexrelid::regclass::text AS index_name,
       -- That of a partitioned table is to be made for its partitions too.
       CASE c.relkind WHEN 'I' THEN replace(pg_get_indexdef(i.indexrelid), ' ON ONLY ', ' ON ') ELSE pg_get_indexdef(i.indexrelid) END AS definition,
       obj_description(i.indexrelid, 'pg_class') AS comment
  FROM pg_index i
  JOIN pg_class c ON c.oid = i.indexrelid
  JOIN pg_class t ON t.oid = i.indrelid
  JOIN pg_namespace n ON n.oid = t.relnamespace
 WHERE n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\_%'
   AND t.relkind IN ('r', 'm', 'p')
   -- Those that hold a rule stay: a load may rely on it.
   AND NOT i.indisunique AND NOT i.indisprimary AND NOT i.indisexclusion
   AND NOT i.indisclustered AND NOT i.indisreplident
   -- An index of a partition goes and comes with that of the whole.
   AND NOT EXISTS (SELECT FROM pg_inherits h WHERE h.inhrelid = i.indexrelid)
   AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = i.indexrelid AND d.deptype IN ('e', 'i'));

DO $$
DECLARE
    parked record;
BEGIN
    FOR parked IN SELECT * FROM purview_parked LOOP
        EXECUTE format('DROP INDEX %s', parked.index_name);
    END LOOP;
END
$$
