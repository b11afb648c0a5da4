-- What vacuum has to do: dead rows against the number at which autovacuum comes, and how old the oldest transaction of each table is.
-- PostgreSQL 13 to 18. Needs no right beyond CONNECT; what a running vacuum does needs pg_read_all_stats.
WITH setting AS MATERIALIZED (
    SELECT pg_catalog.current_setting('autovacuum')::boolean AS is_on,
           pg_catalog.current_setting('autovacuum_vacuum_threshold')::numeric AS threshold,
           pg_catalog.current_setting('autovacuum_vacuum_scale_factor')::numeric AS factor,
           -- -1 is no limit, and so is a server that does not know the setting (before 18).
           nullif(coalesce(pg_catalog.current_setting('autovacuum_vacuum_max_threshold', true), '-1')::numeric, -1) AS most,
           pg_catalog.current_setting('autovacuum_freeze_max_age')::bigint AS freeze_age
), held AS MATERIALIZED (
    SELECT c.oid, n.nspname, c.relname, s.n_live_tup, s.n_dead_tup, s.n_mod_since_analyze, s.last_vacuum, s.last_autovacuum, s.last_analyze, s.last_autoanalyze,
           greatest(pg_catalog.age(nullif(c.relfrozenxid, '0')), pg_catalog.age(nullif(t.relfrozenxid, '0')))::bigint AS xid_age,
           g.is_on AND coalesce(o.enabled, true) AS is_on,
           g.freeze_age,
           least(coalesce(o.threshold, g.threshold) + coalesce(o.factor, g.factor) * greatest(c.reltuples, 0)::numeric, nullif(coalesce(o.most, g.most), -1)) AS due_at
      FROM pg_catalog.pg_class c
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_catalog.pg_stat_all_tables s ON s.relid = c.oid
      LEFT JOIN pg_catalog.pg_class t ON t.oid = c.reltoastrelid
     CROSS JOIN setting g
     CROSS JOIN LATERAL (
           SELECT max(p.option_value) FILTER (WHERE p.option_name = 'autovacuum_enabled')::boolean AS enabled,
                  max(p.option_value) FILTER (WHERE p.option_name = 'autovacuum_vacuum_threshold')::numeric AS threshold,
                  max(p.option_value) FILTER (WHERE p.option_name = 'autovacuum_vacuum_scale_factor')::numeric AS factor,
                  max(p.option_value) FILTER (WHERE p.option_name = 'autovacuum_vacuum_max_threshold')::numeric AS most
             FROM pg_catalog.pg_options_to_table(c.reloptions) p) o
     WHERE c.relkind IN ('r', 'm')
       AND n.nspname NOT IN ('pg_catalog', 'information_schema')
       AND n.nspname NOT LIKE 'pg\_toast%'
       AND n.nspname NOT LIKE 'pg\_temp\_%'
)
SELECT h.oid,
       h.nspname::text AS schema,
       h.relname::text AS "table",
       h.n_live_tup AS live_rows,
       h.n_dead_tup AS dead_rows,
       round(h.n_dead_tup::numeric / nullif(h.n_live_tup + h.n_dead_tup, 0), 4) AS dead_share,
       round(h.due_at)::bigint AS due_at,
       greatest(h.last_vacuum, h.last_autovacuum) AS last_vacuum,
       greatest(h.last_analyze, h.last_autoanalyze) AS last_analyze,
       h.n_mod_since_analyze AS changed_since_analyze,
       h.xid_age,
       round(h.xid_age / h.freeze_age::numeric, 4) AS freeze_share,
       CASE WHEN v.pid IS NOT NULL THEN 'running' || coalesce(': ' || v.phase, '')
            WHEN h.xid_age > h.freeze_age THEN 'too old'
            WHEN NOT h.is_on THEN 'off'
            WHEN h.n_dead_tup > h.due_at THEN 'due'
            ELSE 'ok' END AS state
  FROM held h
  LEFT JOIN pg_catalog.pg_stat_progress_vacuum v ON v.relid = h.oid AND v.datname = pg_catalog.current_database()
