-- How near transaction numbers are to running out: every database, and every table of this one with its TOAST table.
-- PostgreSQL 13 to 18. Needs no right beyond CONNECT. The server takes no more writes when 3 million numbers are left (1 million before 14); before that
-- autovacuum comes whatever else was set, and from `vacuum_failsafe_age` on (14) it does nothing but that.
WITH setting AS MATERIALIZED (
    SELECT pg_catalog.current_setting('autovacuum_freeze_max_age')::bigint AS freeze_max,
           pg_catalog.current_setting('autovacuum_multixact_freeze_max_age')::bigint AS multi_max,
           coalesce(pg_catalog.current_setting('vacuum_failsafe_age', true)::bigint, 1600000000) AS failsafe
), aged AS (
    SELECT 'database' AS kind, d.oid, NULL::text AS schema, d.datname::text AS name,
           pg_catalog.age(d.datfrozenxid)::bigint AS xid_age, pg_catalog.mxid_age(d.datminmxid)::bigint AS multi_age,
           g.freeze_max, g.multi_max, g.failsafe, NULL::text AS toast
      FROM pg_catalog.pg_database d CROSS JOIN setting g
    UNION ALL
    SELECT 'table', c.oid, n.nspname::text, c.relname::text,
           greatest(pg_catalog.age(c.relfrozenxid), pg_catalog.age(nullif(t.relfrozenxid, '0')))::bigint,
           greatest(pg_catalog.mxid_age(c.relminmxid), pg_catalog.mxid_age(nullif(t.relminmxid, '0')))::bigint,
           least(g.freeze_max, o.freeze_max), least(g.multi_max, o.multi_max), g.failsafe,
           CASE WHEN pg_catalog.age(nullif(t.relfrozenxid, '0')) > pg_catalog.age(c.relfrozenxid) THEN 'its TOAST table is the older' END
      FROM pg_catalog.pg_class c
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      LEFT JOIN pg_catalog.pg_class t ON t.oid = c.reltoastrelid
     CROSS JOIN setting g
     CROSS JOIN LATERAL (
           SELECT max(p.option_value) FILTER (WHERE p.option_name = 'autovacuum_freeze_max_age')::bigint AS freeze_max,
                  max(p.option_value) FILTER (WHERE p.option_name = 'autovacuum_multixact_freeze_max_age')::bigint AS multi_max
             FROM pg_catalog.pg_options_to_table(c.reloptions) p) o
     WHERE c.relkind IN ('r', 'm') AND c.relfrozenxid <> '0'
)
SELECT a.kind,
       a.oid,
       a.schema,
       a.name,
       CASE WHEN greatest(a.xid_age, a.multi_age) > 2000000000 THEN 'about to stop'
            WHEN greatest(a.xid_age, a.multi_age) > a.failsafe THEN 'failsafe'
            WHEN a.xid_age > a.freeze_max OR a.multi_age > a.multi_max THEN 'too old'
            ELSE 'ok' END AS state,
       a.xid_age,
       a.freeze_max AS vacuum_at,
       round(a.xid_age / 2147483648.0, 4) AS share,
       2147483648 - a.xid_age AS left,
       a.multi_age,
       a.multi_max AS multi_vacuum_at,
       a.toast AS note
  FROM aged a
