-- What server this is, what the login may do there, and which extensions there are; once per connection to a database.
-- PostgreSQL 13 to 18. Needs no right beyond CONNECT.
SELECT pg_catalog.current_setting('server_version_num'),
       pg_catalog.current_setting('server_version'),
       pg_catalog.pg_is_in_recovery()::pg_catalog.text,
       (pg_catalog.inet_server_port() IS NULL)::pg_catalog.text AS over_socket,
       login.rolname::pg_catalog.text,
       login.rolsuper::pg_catalog.text,
       login.rolbypassrls::pg_catalog.text,
       login.rolcreaterole::pg_catalog.text,
       pg_catalog.pg_has_role(login.oid, 'pg_monitor', 'USAGE')::pg_catalog.text,
       pg_catalog.pg_has_role(login.oid, 'pg_signal_backend', 'USAGE')::pg_catalog.text,
       pg_catalog.has_database_privilege(pg_catalog.current_database(), 'TEMP')::pg_catalog.text,
       pg_catalog.current_database()::pg_catalog.text,
       (SELECT pg_catalog.string_agg(e.extname || ' ' || e.extversion, ',' ORDER BY e.extname) FROM pg_catalog.pg_extension e),
       (pg_catalog.current_setting('restrict_nonsystem_relation_kind', true) IS NOT NULL)::pg_catalog.text,
       pg_catalog.current_setting('max_connections'),
       (SELECT pg_catalog.string_agg(r.rolname::pg_catalog.text, ',' ORDER BY r.rolname)
          FROM pg_catalog.pg_roles r
         WHERE r.oid >= 16384 AND r.oid <> login.oid AND pg_catalog.pg_has_role(login.oid, r.oid, 'MEMBER')),
       pg_catalog.has_function_privilege('pg_catalog.pg_prepared_statement()', 'EXECUTE')::pg_catalog.text,
       pg_catalog.current_setting('extra_float_digits'),
       (pg_catalog.current_setting('default_transaction_read_only') = 'on')::pg_catalog.text
  FROM pg_catalog.pg_roles login
 WHERE login.rolname = session_user
