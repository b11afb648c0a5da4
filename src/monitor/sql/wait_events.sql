-- What wait events mean.
-- PostgreSQL 17 and 18. Needs no right.
SELECT w.type, w.name, w.description FROM pg_catalog.pg_wait_events w
