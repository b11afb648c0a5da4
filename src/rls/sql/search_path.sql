-- The search path that a login of a role would have: its own setting here, its own anywhere, the database's, or none of these.
-- PostgreSQL 13 to 18. Needs no right beyond CONNECT.
SELECT r.rolname::text AS role,
       (SELECT substr(s.setting, strpos(s.setting, '=') + 1)
          FROM pg_catalog.pg_db_role_setting d
         CROSS JOIN LATERAL pg_catalog.unnest(d.setconfig) AS s(setting)
         WHERE d.setrole IN (0, r.oid)
           AND d.setdatabase IN (0, (SELECT db.oid FROM pg_catalog.pg_database db WHERE db.datname = pg_catalog.current_database()))
           AND s.setting LIKE 'search\_path=%'
         ORDER BY d.setrole = 0, d.setdatabase = 0
         LIMIT 1) AS search_path
  FROM pg_catalog.pg_roles r
