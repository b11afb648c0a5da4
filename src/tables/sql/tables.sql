-- Every table, view and foreign table with its size, its row security, and what is wrong with that.
-- PostgreSQL 13 to 18. Needs no right beyond CONNECT: sizes are the planner's pages, which do not wait for locks.
SELECT c.oid,
       n.nspname::text AS schema,
       c.relname::text AS "table",
       CASE c.relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'partitioned' WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' ELSE 'foreign' END AS kind,
       s.rows_estimate,
       s.bytes,
       CASE WHEN c.relkind NOT IN ('r', 'p') THEN NULL
            WHEN NOT c.relrowsecurity THEN 'off'
            WHEN c.relforcerowsecurity THEN 'forced'
            ELSE 'on' END AS rls,
       p.policies,
       p.commands,
       pg_catalog.pg_get_userbyid(c.relowner)::text AS owner,
       concat(CASE WHEN pg_catalog.has_table_privilege(c.oid, 'SELECT') THEN 'S' END,
              CASE WHEN pg_catalog.has_table_privilege(c.oid, 'INSERT') THEN 'I' END,
              CASE WHEN pg_catalog.has_table_privilege(c.oid, 'UPDATE') THEN 'U' END,
              CASE WHEN pg_catalog.has_table_privilege(c.oid, 'DELETE') THEN 'D' END) AS rights,
       CASE WHEN c.relkind NOT IN ('r', 'p') THEN NULL
            WHEN c.relrowsecurity AND p.policies = 0 THEN 'RLS on, no policy: nobody sees a row'
            WHEN NOT c.relrowsecurity AND p.policies > 0 THEN 'policies, but RLS off: none applies'
            WHEN c.relrowsecurity AND p.permissive = 0 THEN 'only restrictive policies: nobody sees a row'
            WHEN NOT c.relrowsecurity AND x.sibling THEN 'RLS off beside tables that have it' END AS problem,
       pg_catalog.obj_description(c.oid, 'pg_class') AS comment
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 CROSS JOIN LATERAL (
       SELECT count(*) AS policies,
              count(*) FILTER (WHERE pol.polpermissive) AS permissive,
              string_agg(DISTINCT CASE pol.polcmd WHEN '*' THEN 'all' WHEN 'r' THEN 'select' WHEN 'a' THEN 'insert' WHEN 'w' THEN 'update' ELSE 'delete' END, ' ') AS commands
         FROM pg_catalog.pg_policy pol
        WHERE pol.polrelid = c.oid) p
 CROSS JOIN LATERAL (
       -- A partitioned table is as large as its partitions; what ANALYZE notes at its top would count twice. -1 means that nobody has looked yet.
       SELECT CASE WHEN max(part.reltuples) < 0 THEN NULL ELSE sum(greatest(part.reltuples, 0))::bigint END AS rows_estimate,
              coalesce(sum((part.relpages + coalesce(toast.relpages, 0) + coalesce(idx.relpages, 0))::bigint * pg_catalog.current_setting('block_size')::bigint), 0)::bigint AS bytes
         FROM pg_catalog.pg_class part
         LEFT JOIN pg_catalog.pg_class toast ON toast.oid = part.reltoastrelid
        CROSS JOIN LATERAL (
              SELECT sum(ic.relpages) AS relpages
                FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid
               WHERE i.indrelid = part.oid) idx
        WHERE (c.relkind <> 'p' AND part.oid = c.oid)
           OR (c.relkind = 'p' AND part.oid IN (SELECT tree.relid FROM pg_catalog.pg_partition_tree(c.oid) tree WHERE tree.isleaf))) s
 CROSS JOIN LATERAL (
       SELECT EXISTS (SELECT FROM pg_catalog.pg_class other WHERE other.relnamespace = c.relnamespace AND other.relrowsecurity) AS sibling) x
 WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
   AND NOT c.relispartition
   AND n.nspname NOT IN ('pg_catalog', 'information_schema')
   AND n.nspname NOT LIKE 'pg\_toast%'
   AND n.nspname NOT LIKE 'pg\_temp\_%'
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
