-- Whether any table has row security switched on; without one, acting as a user filters nothing.
-- PostgreSQL 13 to 18. Needs no right beyond CONNECT.
SELECT EXISTS (
       SELECT FROM pg_catalog.pg_class c
        WHERE c.relrowsecurity AND c.oid >= 16384
          AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                           WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid AND d.deptype = 'e'))::pg_catalog.text
