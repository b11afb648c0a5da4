-- What each login could do with its own rights and those of the roles that it may take: one row per right, for everything but superusers' implied ones.
-- PostgreSQL 13 to 18. Needs no right beyond CONNECT. `what` is a word that doctor/rights.rs explains.
WITH login AS (
    SELECT r.* FROM pg_catalog.pg_roles r WHERE r.rolcanlogin
), danger AS (
    -- What makes a role one that nobody should be able to take by breaking out of another.
    SELECT r.oid, d.what
      FROM pg_catalog.pg_roles r
     CROSS JOIN LATERAL (
           SELECT 'is a superuser' AS what WHERE r.rolsuper
            UNION ALL SELECT 'has BYPASSRLS' WHERE r.rolbypassrls
            UNION ALL SELECT 'has CREATEROLE' WHERE r.rolcreaterole
            UNION ALL SELECT 'has REPLICATION' WHERE r.rolreplication
            UNION ALL
           SELECT 'may use ' || p.rolname
             FROM pg_catalog.pg_roles p
            WHERE p.rolname IN ('pg_execute_server_program', 'pg_read_server_files', 'pg_write_server_files', 'pg_signal_backend',
                                'pg_read_all_data', 'pg_write_all_data', 'pg_database_owner')
              AND NOT r.rolsuper AND r.oid <> p.oid AND pg_catalog.pg_has_role(r.oid, p.oid, 'USAGE')
            UNION ALL
           SELECT 'owns ' || owned.tables || ' tables'
             FROM (SELECT count(*) AS tables
                     FROM pg_catalog.pg_class c
                    WHERE c.oid >= 16384 AND c.relkind IN ('r', 'p') AND NOT r.rolsuper AND pg_catalog.pg_has_role(r.oid, c.relowner, 'USAGE')) owned
            WHERE owned.tables > 0) d
), relation AS (
    SELECT c.oid, c.relowner, n.nspname || '.' || c.relname AS name
      FROM pg_catalog.pg_class c
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
       AND NOT EXISTS (
           SELECT FROM pg_catalog.pg_depend d
            WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid AND d.deptype = 'e')
)
SELECT found.login::pg_catalog.text AS login, found.what, found.subject::pg_catalog.text AS subject, found.detail
  FROM (
    SELECT l.rolname AS login, 'attribute' AS what, a.name AS subject, NULL::pg_catalog.text AS detail
      FROM login l
     CROSS JOIN LATERAL (VALUES ('SUPERUSER', l.rolsuper), ('BYPASSRLS', l.rolbypassrls), ('CREATEROLE', l.rolcreaterole), ('CREATEDB', l.rolcreatedb),
                                ('REPLICATION', l.rolreplication)) a(name, holds)
     WHERE a.holds
     UNION ALL
    -- Rights that it has at once, without taking a role.
    SELECT l.rolname, 'inherits', r.rolname, NULL
      FROM login l JOIN pg_catalog.pg_roles r ON r.oid <> l.oid AND r.rolname <> 'pg_database_owner'
     WHERE NOT l.rolsuper AND pg_catalog.pg_has_role(l.oid, r.oid, 'USAGE')
     UNION ALL
    -- Roles that it may take. From version 16 on, membership alone is not enough.
    SELECT l.rolname, 'takes', r.rolname, (SELECT pg_catalog.string_agg(d.what, ', ' ORDER BY d.what) FROM danger d WHERE d.oid = r.oid)
      FROM login l JOIN pg_catalog.pg_roles r ON r.oid <> l.oid AND r.rolname <> 'pg_database_owner'
     WHERE NOT l.rolsuper
       AND pg_catalog.pg_has_role(l.oid, r.oid, CASE WHEN pg_catalog.current_setting('server_version_num')::pg_catalog.int4 >= 160000 THEN 'SET' ELSE 'MEMBER' END)
     UNION ALL
    SELECT l.rolname, 'grants', r.rolname, NULL
      FROM login l
      JOIN pg_catalog.pg_auth_members m ON m.member = l.oid AND m.admin_option
      JOIN pg_catalog.pg_roles r ON r.oid = m.roleid
     UNION ALL
    SELECT l.rolname, 'owns', relation.name, NULL
      FROM login l JOIN relation ON relation.relowner = l.oid
     UNION ALL
    -- By its own grants or by those to PUBLIC.
    SELECT l.rolname, 'reads', relation.name, NULL
      FROM login l CROSS JOIN relation
     WHERE NOT l.rolsuper AND pg_catalog.has_any_column_privilege(l.oid, relation.oid, 'SELECT')
     UNION ALL
    SELECT l.rolname, 'writes', relation.name, NULL
      FROM login l CROSS JOIN relation
     WHERE NOT l.rolsuper
       AND (pg_catalog.has_any_column_privilege(l.oid, relation.oid, 'INSERT, UPDATE') OR pg_catalog.has_table_privilege(l.oid, relation.oid, 'DELETE, TRUNCATE'))
     UNION ALL
    -- Functions that run with the rights of somebody powerful.
    SELECT l.rolname, 'calls', n.nspname || '.' || p.proname, o.rolname
      FROM login l
      JOIN pg_catalog.pg_proc p ON p.prosecdef AND p.oid >= 16384
      JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
      JOIN pg_catalog.pg_roles o ON o.oid = p.proowner AND (o.rolsuper OR o.rolbypassrls)
     WHERE NOT l.rolsuper AND pg_catalog.has_function_privilege(l.oid, p.oid, 'EXECUTE') AND pg_catalog.has_schema_privilege(l.oid, n.oid, 'USAGE')
     UNION ALL
    SELECT l.rolname, 'creates', n.nspname, NULL
      FROM login l CROSS JOIN pg_catalog.pg_namespace n
     WHERE NOT l.rolsuper AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_' AND pg_catalog.has_schema_privilege(l.oid, n.oid, 'CREATE')
     UNION ALL
    SELECT l.rolname, 'database', p.name, NULL
      FROM login l CROSS JOIN (VALUES ('TEMPORARY'), ('CREATE')) p(name)
     WHERE NOT l.rolsuper AND pg_catalog.has_database_privilege(l.oid, pg_catalog.current_database(), p.name)
     UNION ALL
    -- A setting that the session of a login without rights cannot change back.
    SELECT l.rolname, 'setting', pg_catalog.split_part(s.entry, '=', 1), pg_catalog.split_part(s.entry, '=', 2)
      FROM login l
      JOIN pg_catalog.pg_db_role_setting c ON c.setrole = l.oid
     CROSS JOIN LATERAL pg_catalog.unnest(c.setconfig) AS s(entry)
     WHERE c.setdatabase = 0 OR c.setdatabase = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())
  ) found
