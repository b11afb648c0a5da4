-- Which database this is, so that one of the same name that was made later is another: the cluster's identifier and the database's oid.
-- PostgreSQL 13 to 18. Needs no rights.
SELECT (SELECT system_identifier::pg_catalog.text FROM pg_catalog.pg_control_system()) || '/' ||
       (SELECT oid::pg_catalog.text FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
