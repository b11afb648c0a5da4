-- `purview get tables` and `get policies`, from the server's own views, counts and file sizes.
-- Each statement gives one JSON object per row; run as a superuser after a VACUUM and an ANALYZE, which make estimates exact.

-- tables
SELECT json_build_object('schema', r.schemaname, 'table', r.name,
         'rows_estimate', CASE WHEN NOT r.is_view
                               THEN (xpath('/row/n/text()', query_to_xml(format('SELECT count(*) AS n FROM %I.%I', r.schemaname, r.name), false, true, '')))[1]::text::bigint
                          END,
         'bytes', (SELECT coalesce(sum(pg_relation_size(part.oid)
                                       + coalesce(pg_relation_size(nullif(part.reltoastrelid, 0)), 0)
                                       + coalesce((SELECT sum(pg_relation_size(i.indexrelid)) FROM pg_index i WHERE i.indrelid = part.oid), 0)), 0)
                     FROM pg_class part
                    WHERE part.relkind IN ('r', 'm') AND (part.oid = c.oid OR part.oid IN (SELECT relid FROM pg_partition_tree(c.oid)))),
         'rls', CASE WHEN NOT r.rls THEN 'off' WHEN r.rls AND c.relforcerowsecurity THEN 'forced' WHEN r.rls THEN 'on' END,
         'policies', (SELECT count(*) FROM pg_policies p WHERE (p.schemaname, p.tablename) = (r.schemaname, r.name)))
  FROM (SELECT schemaname, tablename AS name, rowsecurity AS rls, false AS is_view FROM pg_tables
        UNION ALL
        SELECT schemaname, matviewname, NULL, false FROM pg_matviews
        UNION ALL
        SELECT schemaname, viewname, NULL, true FROM pg_views) r
  JOIN pg_class c ON c.oid = format('%I.%I', r.schemaname, r.name)::regclass
 WHERE r.schemaname NOT IN ('pg_catalog', 'information_schema')
   AND NOT EXISTS (SELECT FROM pg_inherits i WHERE i.inhrelid = c.oid)
   AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e');

-- policies
SELECT json_build_object('schema', schemaname, 'table', tablename, 'policy', policyname, 'command', cmd,
         'permissive', permissive = 'PERMISSIVE', 'roles', array_to_string(roles, ', '), 'using', qual, 'with_check', with_check)
  FROM pg_policies;
