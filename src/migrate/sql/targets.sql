-- How large tables are and how much they are written to: name as asked for, schema, table, rows as estimated, bytes with indexes, rows written since the statistics began.
-- PostgreSQL 13 to 18. Needs no rights. The names are the rows of an array; here there are none.
SELECT t.name,
       n.nspname,
       c.relname,
       GREATEST(c.reltuples, 0)::pg_catalog.int8::pg_catalog.text,
       pg_catalog.pg_total_relation_size(c.oid)::pg_catalog.text,
       COALESCE(s.n_tup_ins + s.n_tup_upd + s.n_tup_del, 0)::pg_catalog.text
  FROM pg_catalog.unnest('{}'::pg_catalog.text[]) AS t(name)
  JOIN pg_catalog.pg_class c
    ON CASE WHEN t.name LIKE '%.%' THEN c.oid = pg_catalog.to_regclass(t.name)
            ELSE c.oid = COALESCE(pg_catalog.to_regclass('public.' || t.name),
                                  (SELECT pg_catalog.min(o.oid::pg_catalog.text)::pg_catalog.oid FROM pg_catalog.pg_class o
                                    JOIN pg_catalog.pg_namespace p ON p.oid = o.relnamespace
                                    WHERE pg_catalog.quote_ident(o.relname) = t.name AND o.relkind IN ('r', 'p', 'm', 'v')
                                      AND p.nspname !~ '^pg_' AND p.nspname <> 'information_schema')) END
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_stat_user_tables s ON s.relid = c.oid
