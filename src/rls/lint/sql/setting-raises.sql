-- Policies that fail where a setting was never set (no second argument, 42704), or was set in an earlier transaction of the connection and is now empty (a cast of '', 22P02).
-- PostgreSQL 13 to 18. Needs no right beyond CONNECT: it reads catalogs only.
SELECT pg_catalog.format('%I.%I', schemaname, tablename) AS object,
       CASE WHEN strict THEN pg_catalog.format('policy %I raises where the setting is missing', policyname)
            ELSE pg_catalog.format('policy %I raises where the setting is empty', policyname) END AS detail,
       pg_catalog.format('SELECT qual, with_check FROM pg_policies WHERE schemaname = %L AND tablename = %L AND policyname = %L', schemaname, tablename, policyname) AS evidence,
       pg_catalog.concat(
           pg_catalog.format('ALTER POLICY %I ON %I.%I', policyname, schemaname, tablename),
           ' USING (' || pg_catalog.regexp_replace(qual, 'current_setting\((''[^'']*''(::text)?)(, true)?\)', 'nullif(current_setting(\1, true), '''')', 'g') || ')',
           ' WITH CHECK (' || pg_catalog.regexp_replace(with_check, 'current_setting\((''[^'']*''(::text)?)(, true)?\)', 'nullif(current_setting(\1, true), '''')', 'g') || ')') AS cure
  FROM (SELECT schemaname, tablename, policyname, qual, with_check,
               rule ~ 'current_setting\(''[^'']*''(::text)?\)' AS strict,
               rule ~ 'current_setting\(''[^'']*''(::text)?, true\)\)::(uuid|integer|bigint|smallint|numeric|boolean|date|timestamp)' AS cast_of_empty
          FROM (SELECT *, pg_catalog.concat(qual, ' ', with_check) AS rule FROM pg_catalog.pg_policies) p) p
 WHERE strict OR cast_of_empty
 ORDER BY 1, 2
