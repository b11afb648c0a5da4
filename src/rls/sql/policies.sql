-- Every policy with its expressions as the server prints them, and what they depend on: columns, tables, functions.
-- PostgreSQL 13 to 18. Needs no right beyond CONNECT. Names are qualified where the search path is empty.
SELECT pol.oid,
       pol.polrelid AS table_oid,
       pol.polname::text AS policy,
       pol.polcmd::text AS command,
       pol.polpermissive AS permissive,
       pol.polroles AS role_oids,
       (SELECT pg_catalog.json_agg(CASE WHEN r.id = 0 THEN 'public' ELSE pg_catalog.pg_get_userbyid(r.id)::text END ORDER BY r.place)
          FROM pg_catalog.unnest(pol.polroles) WITH ORDINALITY AS r(id, place)) AS roles,
       pg_catalog.pg_get_expr(pol.polqual, pol.polrelid) AS "using",
       pg_catalog.pg_get_expr(pol.polwithcheck, pol.polrelid) AS with_check,
       (SELECT pg_catalog.json_agg(DISTINCT a.attname)
          FROM pg_catalog.pg_depend d
          JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
         WHERE d.classid = 'pg_catalog.pg_policy'::pg_catalog.regclass AND d.objid = pol.oid
           AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid = pol.polrelid AND d.refobjsubid > 0) AS columns,
       -- Whether it reads rows as a whole, and system columns.
       concat(pol.polqual::text, pol.polwithcheck::text) ~ ':varattno 0\M' AS whole_row,
       concat(pol.polqual::text, pol.polwithcheck::text) ~ ':varattno -' AS system_columns,
       -- The tables and views that its sub-selects read.
       (SELECT pg_catalog.json_agg(r.found)
          FROM (SELECT pg_catalog.json_build_object('schema', rn.nspname, 'name', rc.relname, 'plain', rc.relkind IN ('r', 'p'), 'row_security', rc.relrowsecurity, 'pages', rc.relpages) AS found
                  FROM (SELECT DISTINCT (m.found)[1]::oid AS id
                          FROM pg_catalog.regexp_matches(concat(pol.polqual::text, pol.polwithcheck::text), ':relid (\d+)', 'g') AS m(found)) read
                  JOIN pg_catalog.pg_class rc ON rc.oid = read.id
                  JOIN pg_catalog.pg_namespace rn ON rn.oid = rc.relnamespace
                 ORDER BY rn.nspname, rc.relname) r) AS reads,
       -- The functions that it calls by name or by operator, as they stand in the node tree; built-in ones are in no dependency.
       (SELECT pg_catalog.json_agg(pg_catalog.json_build_object(
                 'name', CASE WHEN fn.nspname = 'pg_catalog' THEN f.proname::text ELSE concat_ws('.', fn.nspname, f.proname) END,
                 'volatile', f.provolatile = 'v',
                 'immutable', f.provolatile = 'i',
                 'own', f.oid >= 16384,
                 'in_using', coalesce(pol.polqual::text ~ (':(?:funcid|opfuncid|aggfnoid|winfnoid) ' || f.oid || '\M'), false),
                 'in_check', coalesce(pol.polwithcheck::text ~ (':(?:funcid|opfuncid|aggfnoid|winfnoid) ' || f.oid || '\M'), false),
                 'source', CASE WHEN f.oid >= 16384 AND l.lanname IN ('sql', 'plpgsql') THEN f.prosrc END) ORDER BY f.oid)
          FROM (SELECT DISTINCT (m.found)[1]::oid AS id
                  FROM pg_catalog.regexp_matches(concat(pol.polqual::text, pol.polwithcheck::text), ':(?:funcid|opfuncid|aggfnoid|winfnoid) (\d+)', 'g') AS m(found)) called
          JOIN pg_catalog.pg_proc f ON f.oid = called.id
          JOIN pg_catalog.pg_namespace fn ON fn.oid = f.pronamespace
          JOIN pg_catalog.pg_language l ON l.oid = f.prolang) AS functions,
       -- Whether anything in it, a type, an operator or a cast, was made by somebody.
       EXISTS (SELECT FROM pg_catalog.pg_depend d
                WHERE d.classid = 'pg_catalog.pg_policy'::pg_catalog.regclass AND d.objid = pol.oid
                  AND d.refclassid NOT IN ('pg_catalog.pg_class'::pg_catalog.regclass, 'pg_catalog.pg_policy'::pg_catalog.regclass)) AS made
  FROM pg_catalog.pg_policy pol
