-- Sequences, how much of them is used up, and where the column that they feed ends before they do.
-- PostgreSQL 13 to 18. Needs no right beyond CONNECT; how far a sequence is, only whoever may use or read it is told.
SELECT c.oid,
       q.schemaname::text AS schema,
       q.sequencename::text AS sequence,
       f.feeds,
       q.last_value,
       e.ends_at,
       round(q.last_value::numeric / nullif(e.ends_at, 0), 4) AS share,
       CASE WHEN q.cycle THEN 'begins anew'
            WHEN q.last_value IS NULL AND NOT pg_catalog.has_sequence_privilege(c.oid, 'USAGE, SELECT') THEN 'hidden'
            WHEN q.last_value IS NULL THEN 'unused'
            WHEN q.last_value / nullif(e.ends_at, 0)::numeric > 0.9 THEN 'about to end'
            WHEN q.last_value / nullif(e.ends_at, 0)::numeric > 0.75 THEN 'ends soon'
            ELSE 'ok' END AS state,
       CASE WHEN e.ends_at < q.max_value THEN pg_catalog.format('the column is %s and ends before the sequence', f.type) END AS note,
       q.increment_by AS step
  FROM pg_catalog.pg_sequences q
  JOIN pg_catalog.pg_namespace n ON n.nspname = q.schemaname
  JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = q.sequencename AND c.relkind = 'S'
  LEFT JOIN LATERAL (
       SELECT pg_catalog.format('%I.%I.%I', tn.nspname, t.relname, a.attname) AS feeds,
              pg_catalog.format_type(a.atttypid, NULL) AS type,
              CASE a.atttypid WHEN 'int2'::regtype THEN 32767 WHEN 'int4'::regtype THEN 2147483647 END AS most
         FROM pg_catalog.pg_depend d
         JOIN pg_catalog.pg_class t ON t.oid = d.refobjid
         JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace
         JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
        WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.deptype IN ('a', 'i')
        LIMIT 1) f ON true
 CROSS JOIN LATERAL (SELECT CASE WHEN q.increment_by > 0 THEN least(q.max_value, f.most) ELSE q.min_value END AS ends_at) e
