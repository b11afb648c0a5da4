-- Everything that reads a table without being asked by its policies as whoever looks: roles, views, materialized views, definer functions, partitions, owner.
-- PostgreSQL 13 to 18. Needs no right beyond CONNECT: it reads catalogs only.
SELECT a.table_oid, a.kind, a.name, a.how
  FROM (SELECT c.oid AS table_oid,
               CASE WHEN r.rolsuper THEN 'superuser' ELSE 'bypassrls' END AS kind,
               r.rolname::text AS name,
               concat_ws(', ', CASE WHEN r.rolcanlogin THEN 'logs in' ELSE 'does not log in' END,
                         (SELECT 'may be taken by ' || string_agg(m.rolname, ', ' ORDER BY m.rolname)
                            FROM pg_catalog.pg_auth_members am JOIN pg_catalog.pg_roles m ON m.oid = am.member WHERE am.roleid = r.oid)) AS how
          FROM pg_catalog.pg_class c
          JOIN pg_catalog.pg_roles r ON r.rolsuper OR r.rolbypassrls
         UNION ALL
        -- The owner and who has the rights of the owner.
        SELECT c.oid, 'owner', r.rolname::text,
               CASE WHEN r.oid = c.relowner THEN 'owns the table, and row security is not forced' ELSE 'has the rights of the owner ' || pg_catalog.pg_get_userbyid(c.relowner) END
          FROM pg_catalog.pg_class c
          JOIN pg_catalog.pg_roles r ON NOT r.rolsuper AND NOT r.rolbypassrls AND pg_catalog.pg_has_role(r.oid, c.relowner, 'USAGE')
         WHERE c.relrowsecurity AND NOT c.relforcerowsecurity
         UNION ALL
        -- Views, through which policies are chosen for the view's owner, and materialized views, which have none; those over other views too.
        SELECT v.base, CASE v.relkind WHEN 'm' THEN 'materialized view' ELSE 'view' END, concat_ws('.', v.nspname, v.relname),
               CASE WHEN v.relkind = 'm' THEN 'holds what its owner ' || v.owner || ' saw'
                    WHEN v.above THEN 'runs as its owner ' || v.owner || ', whom no policy holds back'
                    ELSE 'runs as its owner ' || v.owner || ', whose policies count' END
            || coalesce('; readable by ' || (SELECT string_agg(DISTINCT CASE WHEN x.grantee = 0 THEN 'everybody' ELSE pg_catalog.pg_get_userbyid(x.grantee)::text END, ', ')
                                               FROM pg_catalog.aclexplode(v.relacl) x WHERE x.privilege_type = 'SELECT' AND x.grantee <> v.relowner), '')
          FROM (WITH RECURSIVE reads AS (
                    SELECT d.refobjid AS base, w.ev_class AS reader
                      FROM pg_catalog.pg_depend d
                      JOIN pg_catalog.pg_rewrite w ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND d.objid = w.oid
                     WHERE d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid <> w.ev_class
                     UNION
                    SELECT reads.base, w.ev_class
                      FROM reads
                      JOIN pg_catalog.pg_depend d ON d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid = reads.reader
                      JOIN pg_catalog.pg_rewrite w ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND d.objid = w.oid
                     WHERE w.ev_class <> reads.reader)
                SELECT DISTINCT reads.base, vc.relkind, vn.nspname, vc.relname, vc.relowner, vc.relacl, pg_catalog.pg_get_userbyid(vc.relowner)::text AS owner,
                       o.rolsuper OR o.rolbypassrls OR NOT t.relforcerowsecurity AND pg_catalog.pg_has_role(o.oid, t.relowner, 'USAGE') AS above
                  FROM reads
                  JOIN pg_catalog.pg_class vc ON vc.oid = reads.reader AND vc.relkind IN ('v', 'm')
                  JOIN pg_catalog.pg_namespace vn ON vn.oid = vc.relnamespace
                  JOIN pg_catalog.pg_class t ON t.oid = reads.base
                  JOIN pg_catalog.pg_roles o ON o.oid = vc.relowner
                 WHERE vc.relkind = 'm'
                    OR NOT coalesce((SELECT bool_or(x.option_value::boolean) FROM pg_catalog.pg_options_to_table(vc.reloptions) x WHERE x.option_name = 'security_invoker'), false)) v
         UNION ALL
        -- Functions that run as their owner and name the table.
        SELECT c.oid, 'definer function', concat_ws('.', fn.nspname, f.proname),
               'runs as its owner ' || pg_catalog.pg_get_userbyid(f.proowner)
            || CASE WHEN o.rolsuper OR o.rolbypassrls OR NOT c.relforcerowsecurity AND pg_catalog.pg_has_role(o.oid, c.relowner, 'USAGE')
                    THEN ', whom no policy holds back' ELSE ', whose policies count' END
          FROM pg_catalog.pg_class c
          JOIN pg_catalog.pg_proc f ON f.prosecdef AND f.oid >= 16384 AND f.prosrc ~ ('\m' || pg_catalog.regexp_replace(c.relname, '(\W)', '\\\1', 'g') || '\M')
          JOIN pg_catalog.pg_namespace fn ON fn.oid = f.pronamespace
          JOIN pg_catalog.pg_roles o ON o.oid = f.proowner
         WHERE c.relkind IN ('r', 'p')
         UNION ALL
        -- Partitions and children: named directly they go by policies of their own, or by none.
        SELECT i.inhparent, 'partition', concat_ws('.', cn.nspname, ch.relname),
               CASE WHEN ch.relrowsecurity THEN 'has policies of its own' ELSE 'has no row security' END
            || coalesce('; readable by ' || (SELECT string_agg(DISTINCT CASE WHEN x.grantee = 0 THEN 'everybody' ELSE pg_catalog.pg_get_userbyid(x.grantee)::text END, ', ')
                                               FROM pg_catalog.aclexplode(ch.relacl) x WHERE x.privilege_type = 'SELECT' AND x.grantee <> ch.relowner), '; readable by nobody but its owner')
          FROM pg_catalog.pg_inherits i
          JOIN pg_catalog.pg_class ch ON ch.oid = i.inhrelid AND ch.relkind IN ('r', 'p')
          JOIN pg_catalog.pg_namespace cn ON cn.oid = ch.relnamespace) a
